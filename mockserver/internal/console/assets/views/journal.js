// The live journal of an institution, and that of unmatched requests.

import { html, useMemo, useState, useAction, Badge, download, Failure, OperationSelect, Search, Select, Sure, Time, number } from '../ui.js';
import { journalOf } from '../api.js';
import { useExchanges } from '../exchanges.js';
import { Rows } from '../rows.js';
import { Explained } from './explained.js';

export function Journal({ institution, go, tell, item }) {
  const [whose, setWhose] = useState('own');
  const [filter, setFilter] = useState({ text: '', kind: 'exchange', operation: '', refused: '', fault: '' });
  const [chosen, choose] = useState(item || null);
  const calls = useMemo(() => journalOf(whose === 'own' ? institution.id : ''), [institution.id, whose]);
  const live = useExchanges(calls, { ...filter, brief: true });
  const [act] = useAction(tell);
  const narrow = (more) => setFilter((f) => ({ ...f, ...more }));
  const clear = () => act(async () => { await calls.clear(); live.reload(); choose(null); }, 'The journal is empty.');
  const { kind, ...narrowing } = filter;
  const har = () => act(async () => download(await calls.har(filter), 'assay.har'));
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Journal <${Live} of=${live.latest} /></h1>
      <div class="actions"><button type="button" onClick=${har}>Save as HAR</button><${Sure} label="Empty" small=${false} onYes=${clear}>Every exchange ${whose === 'own' ? `of ${institution.name}` : 'without an institution'} is deleted.<//></div></header>
    <div class="tools">
      <${Search} placeholder="in the URL, the bodies or the reason" onSearch=${(text) => narrow({ text })} />
      <${Select} label="Requests" name="whose" value=${whose} values=${[['own', 'of this institution'], ['none', 'unmatched']]} onInput=${(e) => { choose(null); setWhose(e.target.value); }} />
      <${Select} label="Entries" name="kind" value=${kind} values=${[['exchange', 'requests'], ['control', 'changes'], ['any', 'both']]} onInput=${(e) => narrow({ kind: e.target.value, operation: '', refused: '', fault: '' })} />
      ${kind !== 'control' && html`<${OfRequests} filter=${filter} narrow=${narrow} />`}
    </div>
    <${Failure} error=${live.latest.error} />
    <div class=${chosen ? 'split' : ''}>
      <div>
        ${live.list.count > 0 && html`<${Rows} key=${live.list.key} list=${live.list} label="Entries, newest first" chosen=${chosen} choose=${choose} draw=${(e) => html`<${e.control ? Change : Exchange} of=${e} today=${live.list.at(0)?.time} />`} />`}
        ${live.list.loaded && live.list.count === 0 && html`<${Nothing} narrowed=${Object.values(narrowing).some(Boolean)} />`}
        <${Found} of=${live.list} />
      </div>
      ${chosen && html`<${Explained} key=${chosen} calls=${calls} id=${chosen} go=${go} onClose=${() => { document.querySelector('.row.chosen')?.focus(); choose(null); }} />`}
    </div>
  </section>`;
}

// OfRequests are the filters of requests; changes have none of these.
const OfRequests = ({ filter, narrow }) => html`
  <${OperationSelect} any="Any" value=${filter.operation} onInput=${(e) => narrow({ operation: e.target.value })} />
  <${Select} label="Refused" name="refused" value=${filter.refused} values=${[['', 'Any'], ['true', 'refused'], ['false', 'not refused']]} onInput=${(e) => narrow({ refused: e.target.value })} />
  <${Select} label="Fault" name="fault" value=${filter.fault} values=${[['', 'Any'], ['any', 'any fault'], ['none', 'no fault']]} onInput=${(e) => narrow({ fault: e.target.value })} />`;

// Live shows the state of the stream and the latest gap.
export function Live({ of }) {
  const stateNames = { opening: 'opening', live: 'live', behind: 'catching up', cut: 'not live' };
  const clock = (date) => date.toTimeString().slice(0, 8);
  const why = { behind: 'The page fell behind', cut: 'The stream was cut' }[of.gap?.why];
  return html`<${Badge} kind=${of.state === 'live' ? 'done' : 'stopped'}>${stateNames[of.state]}<//>
    ${of.gap && html`<small class="gap">${why} at ${clock(of.gap.at)}${of.gap.over ? `; since ${clock(of.gap.over)} it is complete again.` : '.'}</small>`}`;
}

const Nothing = ({ narrowed }) => html`<p class="empty">${narrowed ? 'No exchange matches. Change the search or a filter.' : 'There is no exchange yet. Requests appear here at once.'}</p>`;

const Found = ({ of }) => html`<p class="pages">${number(of.count)} found${of.evicted > 0 && html`; ${number(of.evicted)} older ones were evicted`}</p>`;

const When = ({ of, today = '' }) => html`<span class="muted when"><${Time} at=${of.time} day=${of.time.slice(0, 10) !== today.slice(0, 10)} /></span>`;

// Change shows a change made through the control plane or the Go API.
const Change = ({ of, today }) => html`<${When} of=${of} today=${today} /> <${Badge} kind="frozen">${of.control.by}<//> <b>${of.operation}</b> <span class="url">${of.control.words}</span>`;

function Exchange({ of, today }) {
  return html`<${When} of=${of} today=${today} /> <${Status} of=${of} /> <b>${of.request.method}</b> <span class="url">${of.request.url}</span>
    <span class="muted roomy">${of.fault ? html`<${Badge} kind="fault">${of.fault.name}<//>` : of.state?.effective ? `${of.state.before?.workflow_state ?? 'new'} → ${of.state.after?.workflow_state ?? 'gone'}` : ''}</span>`;
}

function Status({ of }) {
  if (of.response.status === 0) return html`<${Badge} kind="cut">cut<//>`;
  return html`<${Badge} kind=${String(of.response.status)[0] + 'xx'}>${of.response.status}${of.response.aborted || of.response.disconnected ? ' cut' : ''}<//>`;
}
