// The live journal of an institution, and of the requests that are of none.

import { html, useEffect, useMemo, useRef, useState, useLoad, useAction, Badge, Copy, Failure, Field, Json, Select, Time, number } from '../ui.js';
import * as api from '../api.js';

const pageSize = 200;   // entries that are asked for at once
const keep = 5000;      // entries that the page keeps at most; the older ones are asked for again
const rowHeight = 34;   // pixels; the style sheet has the same
const retry = 2000;     // milliseconds

const operations = ['listAssessments', 'createAssessment', 'getAssessment', 'cancelWorkflow', 'listTemplates', 'listEntities', 'getOutcome', 'getOutcomeAtRoot'];

export function Journal({ institution, go, tell, item }) {
  const [whose, setWhose] = useState('own');
  const [filter, setFilter] = useState({ q: '', operation: '', status: '', refused: '', fault: '' });
  const [chosen, choose] = useState(item || null);
  const calls = useMemo(() => api.journalOf(whose === 'own' ? institution.id : ''), [institution.id, whose]);
  const live = useJournal(calls, filter);
  const [act] = useAction(tell);
  const narrow = (more) => setFilter((f) => ({ ...f, ...more }));
  const clear = () => act(async () => { await calls.clear(); live.reload(); choose(null); }, 'The journal is empty.');
  const har = () => act(async () => download(await calls.har(filter), 'assay.har'));
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Journal <${Badge} kind=${live.connected ? 'done' : 'stopped'}>${live.connected ? 'live' : 'not live'}<//></h1>
      <div class="actions"><button type="button" onClick=${har}>Save as HAR</button><button type="button" class="danger" onClick=${clear}>Empty</button></div></header>
    <div class="tools">
      <${Field} label="Search" type="search" grow=${true} placeholder="in the URL, the bodies or the reason" value=${filter.q} maxlength="100" onInput=${(e) => narrow({ q: e.target.value })} />
      <${Select} label="Requests" value=${whose} values=${[['own', 'of this institution'], ['none', 'of no institution']]} onInput=${(e) => { choose(null); setWhose(e.target.value); }} />
      <${Select} label="Operation" value=${filter.operation} values=${[['', 'Any'], ...operations]} onInput=${(e) => narrow({ operation: e.target.value })} />
      <${Select} label="Refused" value=${filter.refused} values=${[['', 'Any'], ['true', 'refused'], ['false', 'not refused']]} onInput=${(e) => narrow({ refused: e.target.value })} />
      <${Select} label="Fault" value=${filter.fault} values=${[['', 'Any'], ['any', 'struck'], ['none', 'did not strike']]} onInput=${(e) => narrow({ fault: e.target.value })} />
    </div>
    <${Failure} error=${live.error} />
    ${live.dropped && html`<p class="failure" role="alert">The page was too slow for the stream. It goes on from the latest entry.</p>`}
    <div class=${chosen ? 'split' : ''}>
      <div>
        <${Rows} entries=${live.entries} chosen=${chosen} choose=${choose} onEnd=${live.more} />
        <p class="pages">${number(live.count)} found${live.stats && html`, ${number(live.stats.entries)} kept`}${live.stats?.evicted > 0 && html`, ${number(live.stats.evicted)} let go`}</p>
      </div>
      ${chosen && html`<${Explained} key=${chosen} calls=${calls} id=${chosen} go=${go} onClose=${() => choose(null)} />`}
    </div>
  </section>`;
}

// useJournal reads a journal and follows it. Newest first.
function useJournal(calls, filter) {
  const [state, set] = useState({ entries: [], count: 0 });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const arrived = batched((fresh) => set((s) => ({ ...s, entries: [...fresh.reverse(), ...s.entries].slice(0, keep), count: s.count + fresh.length })));
    const run = async () => {
      const found = await calls.find({ ...filter, limit: pageSize });
      if (stop.signal.aborted) return;
      set({ entries: found.entries, count: found.count, stats: found.journal });
      await calls.follow({ ...filter, after: found.journal.last, limit: 1000 }, stop.signal, {
        open: () => set((s) => ({ ...s, connected: true, error: null })),
        exchange: arrived,
        reset: () => set((s) => ({ ...s, entries: [], count: 0 })),
        dropped: () => set((s) => ({ ...s, dropped: true })),
      });
      throw new api.Refusal(0, 'The stream has ended.');
    };
    const again = (error) => {
      if (stop.signal.aborted) return;
      set((s) => ({ ...s, connected: false, error: error.status ? error : null }));
      setTimeout(() => { if (!stop.signal.aborted) run().catch(again); }, retry);
    };
    run().catch(again);
    return () => stop.abort();
  }, [calls, filter.q, filter.operation, filter.refused, filter.fault, round]);
  const loading = useRef(false);
  const more = async () => {
    const last = state.entries.at(-1);
    if (loading.current || !last || state.entries.length >= state.count || state.entries.length >= keep) return;
    loading.current = true;
    try {
      const found = await calls.find({ ...filter, before: last.number, limit: pageSize });
      set((s) => (s.entries.at(-1) === last ? { ...s, entries: [...s.entries, ...found.entries] } : s));
    } catch (error) {
      set((s) => ({ ...s, error }));
    } finally {
      loading.current = false;
    }
  };
  return { ...state, more, reload: () => setRound((n) => n + 1) };
}

// batched collects what comes within a frame, so that a thousand entries are drawn once.
function batched(take) {
  let waiting = [];
  return (entry) => {
    if (waiting.push(entry) === 1) setTimeout(() => { const all = waiting; waiting = []; take(all); }, 50);
  };
}

// Rows draws only the rows that can be seen.
function Rows({ entries, chosen, choose, onEnd }) {
  const box = useRef();
  const [top, setTop] = useState(0);
  const shown = 24;
  const first = Math.max(0, Math.floor(top / rowHeight) - 6);
  const visible = entries.slice(first, first + shown + 12);
  const scroll = () => {
    setTop(box.current.scrollTop);
    if (box.current.scrollTop + box.current.clientHeight > box.current.scrollHeight - 400) onEnd();
  };
  const move = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...box.current.querySelectorAll('button')];
    buttons[buttons.indexOf(document.activeElement) + step]?.focus();
  };
  if (entries.length === 0) return html`<p class="empty">There is no such exchange yet. What clients ask appears here at once.</p>`;
  return html`<div class="rows" ref=${box} onScroll=${scroll} onKeyDown=${move} tabindex="0" role="region" aria-label="Exchanges, newest first">
    <div class="space" ref=${(e) => { if (e) e.style.height = entries.length * rowHeight + 'px'; }}>
      <ul class="visible" ref=${(e) => { if (e) e.style.top = first * rowHeight + 'px'; }}>${visible.map((e) => html`<li key=${e.number}>
        <button type="button" class=${'row' + (e.id === chosen ? ' chosen' : '')} aria-pressed=${e.id === chosen} onClick=${() => choose(e.id)}>
          <span class="muted when"><${Time} at=${e.time} day=${false} /></span> <${Status} of=${e} /> <b>${e.request.method}</b> <span class="url">${e.request.url}</span>
          <span class="muted roomy">${e.fault ? html`<${Badge} kind="fault">${e.fault.name}<//>` : e.state?.effective ? `${e.state.before?.workflow_state ?? 'new'} → ${e.state.after?.workflow_state ?? 'gone'}` : ''}</span>
        </button></li>`)}</ul>
    </div>
  </div>`;
}

function Status({ of }) {
  if (of.response.status === 0) return html`<${Badge} kind="cut">cut<//>`;
  return html`<${Badge} kind=${String(of.response.status)[0] + 'xx'}>${of.response.status}${of.response.aborted ? ' cut' : ''}<//>`;
}

// Explained tells why an answer was what it was.
function Explained({ calls, id, go, onClose }) {
  const { value, error } = useLoad(() => calls.explain(id), [calls, id]);
  if (!value) return html`<aside class="detail"><${Failure} error=${error} /></aside>`;
  const e = value.entry;
  return html`<aside class="detail" aria-labelledby="why">
    <header class="bar"><h2 id="why">Why ${e.response.status || 'nothing'}?</h2><button type="button" class="small" onClick=${onClose}>Close</button></header>
    <ol class="words">${value.words.map((w) => html`<li>${w}</li>`)}</ol>
    <div class="actions"><${Copy} text=${value.curl} label="Copy as curl" />${e.try && html`<${Copy} text=${e.try} label="Copy what would work" />`}
      ${e.assessment_id && e.institution_id && html`<a class="button small" href=${go.to('assessments', e.assessment_id)}>Assessment</a>`}</div>
    <h3>Request</h3><${Message} first=${`${e.request.method} ${e.request.url} ${e.request.proto}`} of=${e.request} label="Request" />
    <h3>Response</h3><${Message} first=${e.response.status ? `${e.response.status}` : 'none: the connection was cut'} of=${e.response} label="Response" />
    <dl><dt>Request ID</dt><dd><code>${e.id}</code></dd><dt>Seed</dt><dd>${e.seed}</dd></dl>
  </aside>`;
}

function Message({ first, of, label }) {
  const lines = [first, ...of.headers.map((h) => `${h.name}: ${h.value}`)];
  if (of.body.text) lines.push('', pretty(of.body.text) + (of.body.cut ? '…' : ''));
  return html`<${Json} value=${lines.join('\n')} label=${label} />`;
}

export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

// CORS shows what a browser's page was not allowed to do, and what would allow it.
export function Cors({ go }) {
  const calls = useMemo(() => api.journalOf(''), []);
  const { entries, connected, error } = useJournal(calls, useMemo(() => ({ method: 'OPTIONS' }), []));
  const [chosen, choose] = useState(null);
  const value = (e, name) => header(e.request, name) || '–';
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">CORS</h1><${Badge} kind=${connected ? 'done' : 'stopped'}>${connected ? 'live' : 'not live'}<//></header>
    <p>A browser asks before a page of another origin may call the API (a preflight, by OPTIONS). What was not allowed is here, with what would allow it.</p>
    <${Failure} error=${error} />
    ${entries.length === 0 && html`<p class="empty">No browser has asked yet.</p>`}
    <div class=${chosen ? 'split' : ''}>
    ${entries.length > 0 && html`<div class="wide"><table>
      <thead><tr><th scope="col">Time</th><th scope="col">Origin</th><th scope="col">Asked for</th><th scope="col">Finding</th><th scope="col"><span class="sr">More</span></th></tr></thead>
      <tbody>${entries.slice(0, pageSize).map((e) => html`<tr key=${e.number}>
        <td><${Time} at=${e.time} day=${false} /></td><td>${value(e, 'origin')}</td>
        <td>${value(e, 'access-control-request-method')} <code>${e.request.url}</code></td>
        <td><${Finding} of=${e} /></td>
        <td><button type="button" class="small" onClick=${() => choose(e.id)}>Explain</button></td>
      </tr>`)}</tbody></table></div>`}
    ${chosen && html`<${Explained} key=${chosen} calls=${calls} id=${chosen} go=${go} onClose=${() => choose(null)} />`}
    </div>
  </section>`;
}

const header = (message, name) => message.headers.find((h) => h.name.toLowerCase() === name)?.value || '';

// Finding tells what a preflight lacked: what the mock says of it or, without that, what the answer lacks.
function Finding({ of }) {
  const origin = header(of.request, 'origin');
  const said = [of.problem, ...(of.notes || [])].filter(Boolean);
  const notes = said.map((n) => html`<p>${n}</p>`);
  if (!header(of.response, 'access-control-allow-origin')) {
    return html`<${Badge} kind="failed">refused<//> ${said.length > 0 ? notes : html`the origin ${origin} is not allowed; <code>assay mock --cors-origin ${origin}</code> allows it.`}`;
  }
  const list = (text) => text.split(',').map((w) => w.trim().toLowerCase()).filter(Boolean);
  const allowed = list(header(of.response, 'access-control-allow-headers'));
  const missing = list(header(of.request, 'access-control-request-headers')).filter((h) => !allowed.includes(h) && !allowed.includes('*'));
  const methods = list(header(of.response, 'access-control-allow-methods'));
  const method = header(of.request, 'access-control-request-method');
  if (missing.length > 0) return html`<${Badge} kind="failed">refused<//> these headers are none of the API's: <code>${missing.join(', ')}</code>. Leave them out.${notes}`;
  if (method && !methods.includes(method.toLowerCase())) return html`<${Badge} kind="failed">refused<//> the method ${method} is none of the API's.${notes}`;
  return html`<${Badge} kind="done">allowed<//>${notes}`;
}
