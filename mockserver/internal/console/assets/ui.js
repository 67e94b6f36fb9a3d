// Shared parts of the views: templates, small components and formats.

import { h, render } from './vendor/preact.js';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from './vendor/hooks.js';
import htm from './vendor/htm.js';
import { readContract } from './api.js';

const typingPause = 200; // milliseconds
const retryAfter = 2000; // milliseconds

export const html = htm.bind(h);
export { render, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState };

// short returns the beginning of an ID.
export const short = (id) => (id && id.length > 13 ? id.slice(0, 8) + '…' : id);

// refOf returns the reference of a journal entry: its request ID or, for a change, its number.
export const refOf = (entry) => entry.id || String(entry.number);

// number formats a count with separators of thousands.
export const number = (n) => Number(n).toLocaleString('en');

// Time shows a UTC time to the second, with or without its date.
export function Time({ at, day = true }) {
  if (!at) return html`<span class="muted">–</span>`;
  const text = at.replace(/\.\d+/, '').replace('T', ' ').replace('Z', '');
  return html`<time datetime=${at} title=${at}>${day ? text : text.slice(11)}</time>`;
}

// Badge shows a word in the colour of its kind.
export const Badge = ({ kind, children }) => html`<span class=${'badge badge-' + String(kind).toLowerCase()}>${children ?? kind}</span>`;

// StateOf shows the state of an assessment and, if it differs, the state that clients see.
export function StateOf({ of }) {
  const word = of.workflow_state === 'Active' && of.completed ? 'Completed' : of.workflow_state;
  return html`<${Badge} kind=${word}>${of.workflow_state}<//>${word === 'Completed' && html` <span class="muted whole">completed</span>`}
    ${of.seen_state !== of.workflow_state && html` <span class="muted whole">clients see ${of.seen_state}</span>`}`;
}

// Copy is a button that copies a text. Browsers refuse this for plain HTTP from another machine; then it shows the text to copy by
// hand.
export function Copy({ text, label = 'Copy', of = '' }) {
  const [copied, setCopied] = useState(false);
  const [refused, setRefused] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      setRefused(true);
    }
  };
  return html`<button type="button" class="small" onClick=${copy} aria-label=${of && !copied ? `${label} ${of}` : null}><span aria-live="polite">${copied ? 'Copied' : label}</span></button>
    ${refused && html`<${Dialog} title="Copy by hand" onClose=${() => setRefused(false)}><label class="field"><span>The browser does not allow this page to copy. The text is selected.</span>
      <textarea rows="5" readonly autofocus ref=${(area) => area?.select()} value=${text}></textarea></label><//>`}`;
}

// Sure is a button for an irreversible action; it asks for confirmation.
export function Sure({ label, of, children, disabled, onYes, small = true }) {
  const [asking, setAsking] = useState(false);
  const yes = () => { setAsking(false); onYes(); };
  return html`<button type="button" class=${small ? 'small danger' : 'danger'} disabled=${disabled} aria-label=${of ? `${label} ${of}` : null} onClick=${() => setAsking(true)}>${label}</button>
    ${asking && html`<${Dialog} title=${of ? `${label} ${of}?` : `${label}?`} onClose=${() => setAsking(false)}><p>${children}</p>
      <div class="actions"><button type="button" class="danger" onClick=${yes}>${label}</button><button type="button" onClick=${() => setAsking(false)}>Keep</button></div><//>`}`;
}

// useLoad loads a value, and loads it again when an input changes or on reload. It retries until the mock answers, and ignores
// outdated responses.
export function useLoad(load, inputs) {
  const [state, set] = useState({});
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const number = ++latest.current;
    try {
      const value = await load();
      if (number === latest.current) set({ value });
    } catch (error) {
      if (number !== latest.current) return;
      set((s) => ({ ...s, error }));
      if (error.status === 0) setTimeout(() => { if (number === latest.current) reload(); }, retryAfter);
    }
  }, inputs);
  useEffect(() => {
    reload();
    return () => { latest.current++; };
  }, [reload]);
  return { ...state, reload };
}

// OperationSelect is a choice of the operations of the API. It is empty until they are loaded.
export function OperationSelect({ any, ...rest }) {
  const { value: doc } = useLoad(readContract, []);
  return doc && html`<${Select} label="Operation" name="operation" values=${[['', any], ...doc.operations.map((o) => o.op.operationId)]} ...${rest} />`;
}

// useInterval calls a function repeatedly while the page is visible. Calls do not overlap.
export function useInterval(call, milliseconds) {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    let busy = false;
    const id = setInterval(async () => {
      if (document.hidden || busy) return;
      busy = true;
      try {
        await latest.current();
      } finally {
        busy = false;
      }
    }, milliseconds);
    return () => clearInterval(id);
  }, [milliseconds]);
}

// useAction returns a function that performs an action and reports its result.
export function useAction(tell) {
  const [busy, setBusy] = useState(false);
  const act = async (call, done) => {
    setBusy(true);
    try {
      const value = await call();
      if (done) tell(typeof done === 'function' ? done(value) : done);
      return value;
    } catch (error) {
      tell(error.message, 'error');
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return [act, busy];
}

// Failure shows an error in place of a value. The frame shows an outage.
export const Failure = ({ error }) => error && error.status !== 0 ? html`<p class="failure" role="alert">${error.message}</p>` : null;

// Dialog is a modal dialog of the browser: Escape closes it, and the focus stays inside and returns afterwards.
export function Dialog({ title, onClose, children }) {
  const ref = useRef();
  useLayoutEffect(() => { // before a key can be pressed: Escape closes only a dialog that is open
    const dialog = ref.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return html`<dialog ref=${ref} onClose=${onClose} aria-label=${title}>
    <header class="bar"><h2>${title}</h2><button type="button" class="small" onClick=${() => ref.current.close()}>Close</button></header>
    ${children}
  </dialog>`;
}

// Field is an input with its label.
export function Field({ label, name, hint, children, grow, ...rest }) {
  return html`<label class=${grow ? 'field grow' : 'field'}><span>${label}</span>${children ?? html`<input name=${name} ...${rest} />`}${hint && html`<small>${hint}</small>`}</label>`;
}

// Search is a search field. It searches when typing pauses, or at once on Enter.
export function Search({ placeholder, onSearch }) {
  const waiting = useRef();
  const search = (text, delay) => {
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => onSearch(text), delay);
  };
  useEffect(() => () => clearTimeout(waiting.current), []);
  return html`<${Field} label="Search" type="search" grow=${true} placeholder=${placeholder} maxlength="100"
    onInput=${(e) => search(e.target.value, typingPause)} onKeyDown=${(e) => { if (e.key === 'Enter') search(e.target.value, 0); }} />`;
}

// Select is a labelled choice of values.
export function Select({ label, name, values, value, onInput, hidden }) {
  return html`<label class="field"><span class=${hidden ? 'sr' : ''}>${label}</span><select name=${name} value=${value} onInput=${onInput}>
    ${values.map((v) => { const [key, word] = Array.isArray(v) ? v : [v, v]; return html`<option value=${key} selected=${key === value}>${word}</option>`; })}
  </select></label>`;
}

// formValues returns the values of a form, without empty ones.
export function formValues(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) if (value !== '') values[name] = value;
  return values;
}

// Json shows any value.
export const Json = ({ value, label }) => html`<pre tabindex="0" role="region" aria-label=${label || 'JSON'}>${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>`;

// pretty indents JSON; it returns other text unchanged.
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// download saves a blob as a file.
export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000); // a browser may begin a moment later
}

// Pages shows the position in a list, with links to other pages.
export function Pages({ offset, limit, count, onGo }) {
  if (count <= limit && offset === 0) return html`<p class="pages">${number(count)} in all</p>`;
  const end = Math.max(0, Math.floor((count - 1) / limit) * limit);
  const button = (label, to, possible) => html`<button type="button" class="small" disabled=${!possible} onClick=${() => onGo(to)}>${label}</button>`;
  return html`<nav class="pages" aria-label="Pages">
    ${button('First', 0, offset > 0)} ${button('Previous', Math.max(0, offset - limit), offset > 0)}
    <span>${number(Math.min(offset + 1, count))}–${number(Math.min(offset + limit, count))} of ${number(count)}</span>
    ${button('Next', offset + limit, offset < end)} ${button('Last', end, offset < end)}
  </nav>`;
}
