// A list of any length. The page contains only its visible rows.

import { html, useEffect, useLayoutEffect, useRef, useState, number, refOf } from './ui.js';

const rowHeight = 34; // pixels; as in the style sheet
const around = 8;     // rows above and below the visible ones

// Rows shows the rows of a list: the list has a count and a value at each row, and `draw` renders a value. While a row has the
// focus, or the list is scrolled, the visible rows stay in place, and new rows arrive above. A row keeps its name, its
// position when the list was opened.
export function Rows({ list, label, chosen, choose, draw }) {
  const box = useRef();
  const wanted = useRef(null); // name of the row that gets the focus once it is there
  const [view, setView] = useState({ top: 0, height: 0 });
  const [active, setActive] = useState(null); // name of the row that has the focus
  const [left, setLeft] = useState(null);     // rows that had arrived when the top was left
  const rowOf = (name) => name + list.arrived;
  const first = Math.max(0, Math.floor(view.top / rowHeight) - around);
  const last = Math.min(list.count, Math.ceil((view.top + view.height) / rowHeight) + around) - 1;

  useStanding(box, list.arrived, active !== null, (seen) => setLeft((before) => before ?? seen));
  useLayoutEffect(() => {
    const button = wanted.current !== null && box.current.querySelector(`[data-name="${wanted.current}"]`);
    if (button) { wanted.current = null; button.focus({ preventScroll: true }); }
  });
  useEffect(() => list.look(first, last), [first, last, list.count]);

  const look = () => {
    const { scrollTop: top, clientHeight: height } = box.current;
    setView({ top, height });
    setLeft((before) => (top === 0 ? null : before ?? list.arrived));
  };
  useEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const goTo = (row) => {
    const to = Math.max(0, Math.min(row, list.count - 1));
    const { scrollTop, clientHeight } = box.current;
    if (to * rowHeight < scrollTop) box.current.scrollTop = to * rowHeight;
    if ((to + 1) * rowHeight > scrollTop + clientHeight) box.current.scrollTop = (to + 1) * rowHeight - clientHeight;
    wanted.current = to - list.arrived;
    setActive(wanted.current);
    look();
  };
  const move = (event) => {
    const page = Math.floor(view.height / rowHeight) - 1;
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (active === null || !(event.key in steps)) return;
    event.preventDefault();
    goTo(rowOf(active) + steps[event.key]);
  };

  const tabStop = active !== null ? rowOf(active) : Math.min(Math.ceil(view.top / rowHeight), list.count - 1);
  const rows = [];
  for (let row = first; row <= last; row++) rows.push(row);
  if (tabStop < first || tabStop > last) rows.push(tabStop); // keep the row with the focus
  return html`<div class="rows-frame">
    <div class="rows" ref=${box} onScroll=${look} onKeyDown=${move} role="region" aria-label=${label}
      onFocusIn=${(e) => setActive(Number(e.target.dataset.name))} onFocusOut=${(e) => { if (!box.current.contains(e.relatedTarget) && wanted.current === null) setActive(null); }}>
      <ul class="space" style=${{ height: list.count * rowHeight + 'px' }}>${rows.map((row) => {
        const entry = list.at(row);
        const picked = Boolean(entry) && refOf(entry) === chosen;
        return html`<li key=${row - list.arrived} style=${{ top: row * rowHeight + 'px' }} aria-setsize=${list.count} aria-posinset=${row + 1}>
          <button type="button" class=${'row' + (picked ? ' chosen' : '')} tabindex=${row === tabStop ? 0 : -1} data-name=${row - list.arrived} aria-pressed=${picked}
            onClick=${() => entry && choose(refOf(entry))}>${entry ? draw(entry) : html`<span class="muted">Loading…</span>`}</button></li>`;
      })}</ul>
    </div>
    ${left !== null && html`<button type="button" class="small to-top" onClick=${() => { setActive(null); box.current.scrollTop = 0; }}>↑ ${list.arrived > left ? `${number(list.arrived - left)} new` : 'Newest'}</button>`}
  </div>`;
}

// useStanding keeps the visible rows in place when rows arrive above, unless the list is at its top.
function useStanding(box, arrived, held, leave) {
  const before = useRef(arrived);
  useLayoutEffect(() => {
    const seen = before.current;
    before.current = arrived;
    if (arrived === seen || !held && box.current.scrollTop === 0) return;
    box.current.scrollTop += (arrived - seen) * rowHeight;
    leave(seen);
  }, [arrived]);
}
