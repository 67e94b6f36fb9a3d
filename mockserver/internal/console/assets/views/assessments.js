// The assessments of an institution: search, details and changes.

import { html, useEffect, useRef, useState, useLoad, useInterval, useAction, Badge, Copy, Dialog, Failure, Field, formValues, Json, Pages, Search, Select, short, StateOf, Time } from '../ui.js';
import { callsOf } from '../api.js';

const pageSize = 50;
const refresh = 2000; // milliseconds

export function Assessments({ institution, item, go, tell, changed }) {
  const [filter, setFilter] = useState({ text: '', state: '', offset: 0 });
  const [adding, setAdding] = useState(false);
  const own = callsOf(institution.id);
  const page = useLoad(() => own('findAssessments', { ...filter, limit: pageSize }), [institution.id, filter.text, filter.state, filter.offset, changed]);
  useInterval(page.reload, refresh);
  const narrow = (more) => setFilter((f) => ({ ...f, offset: 0, ...more }));
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Assessments</h1><button type="button" onClick=${() => setAdding(true)}>New assessment</button></header>
    <div class="tools">
      <${Search} placeholder="ID, entity, template or outcome" onSearch=${(text) => narrow({ text })} />
      <${Select} label="State" value=${filter.state} values=${[['', 'Any'], 'Active', 'Cancelled', 'Error']} onInput=${(e) => narrow({ state: e.target.value })} />
    </div>
    <${Failure} error=${page.error} />
    <div class=${item ? 'split' : ''}>
      ${page.value && html`<div>
        <${List} page=${page.value} item=${item} go=${go} narrowed=${Boolean(filter.text || filter.state)} />
        <${Pages} offset=${filter.offset} limit=${pageSize} count=${page.value.count} onGo=${(offset) => narrow({ offset })} />
      </div>`}
      ${item && html`<${Detail} key=${item} own=${own} id=${item} go=${go} tell=${tell} changed=${changed} onChange=${page.reload} />`}
    </div>
    ${adding && html`<${Add} own=${own} tell=${tell} onClose=${() => setAdding(false)} onDone=${(made) => { setAdding(false); page.reload(); go('assessments', made.id); }} />`}
  </section>`;
}

function List({ page, item, go, narrowed }) {
  if (page.results.length === 0) return html`<p class="empty">${narrowed ? 'No assessment matches. Change the search or the state.' : 'There is no assessment yet. Create one here or with the API.'}</p>`;
  const move = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const links = [...event.currentTarget.querySelectorAll('tbody a')];
    const next = links[links.indexOf(document.activeElement) + step];
    if (step && next) { event.preventDefault(); next.focus(); }
  };
  return html`<div class="wide"><table class="list" onKeyDown=${move}>
    <thead><tr><th scope="col">Entity</th><th scope="col">State</th><th scope="col" class="roomy">Template</th><th scope="col" class="roomy">Outcome</th><th scope="col" class="roomy">Created</th><th scope="col" class="roomy">ID</th></tr></thead>
    <tbody>${page.results.map((a) => html`<tr key=${a.id} class=${a.id === item ? 'chosen' : ''}>
      <td><a class="two-lines" title=${a.entity.name} href=${go.to('assessments', a.id)} aria-current=${a.id === item ? 'true' : null}>${a.entity.name || short(a.entity.id)}</a></td>
      <td><${StateOf} of=${a} /></td>
      <td class="roomy"><span class="two-lines" title=${a.template.name}>${a.template.name || short(a.template.id)}</span></td>
      <td class="roomy"><span class="two-lines" title=${a.outcome.name}>${a.outcome.name || short(a.outcome.id) || 'none'}</span></td>
      <td class="roomy"><${Time} at=${a.created_at} /></td>
      <td class="roomy"><code class="whole" title=${a.id}>${short(a.id)}</code></td>
    </tr>`)}</tbody>
  </table></div>`;
}

function Detail({ own, id, go, tell, changed, onChange }) {
  const one = useLoad(() => own('traceAssessment', { assessment: id }), [id, changed]);
  const [asking, setAsking] = useState(false);
  const [task, setTask] = useState(null); // to complete
  const [act, busy] = useAction(tell);
  useInterval(one.reload, refresh);
  const title = useRef();
  useEffect(() => { title.current?.focus(); }, [id, Boolean(one.value)]);
  const change = (operation, done, values) => act(async () => { await own(operation, values); await Promise.all([one.reload(), onChange()]); }, done);
  const decide = (operation, done, values) => change(operation, done, { assessment: id, ...values });
  const close = () => document.querySelector('.list [aria-current]')?.focus();
  const a = one.value;
  if (!a) return html`<aside class="detail"><${Failure} error=${one.error} />${one.error && html`<a class="button small close" href=${go.to('assessments')}>Close</a>`}</aside>`;
  const ended = a.workflow_state === 'Cancelled';
  return html`<aside class="detail" aria-labelledby="detail">
    <header class="bar"><h2 id="detail" ref=${title} tabindex="-1">${a.entity.name || a.entity.id}</h2><a class="button small close" href=${go.to('assessments')} onClick=${close}>Close</a></header>
    <p><${StateOf} of=${a} /> ${a.reason && html`<span class="muted">ended: ${a.reason}</span>`}</p>
    <div class="actions">
      <button type="button" class="danger" disabled=${busy} onClick=${() => decide('cancelAssessment', 'Cancelled.')}>Cancel workflow</button>
      <button type="button" disabled=${busy || ended} onClick=${() => setAsking(true)}>Force error…</button>
      <button type="button" disabled=${busy || ended} onClick=${() => decide('finishAssessment', 'Finished.')}>Finish</button>
    </div>
    <h3>Workflow</h3>
    <${Timeline} of=${a} busy=${busy} onComplete=${setTask} />
    ${a.error && html`<h3>Error</h3><dl>
      <dt>Step</dt><dd>${a.error.step}</dd><dt>Type</dt><dd>${a.error.type}</dd><dt>Message</dt><dd>${a.error.message}</dd></dl>
      ${a.error.details != null && html`<${Json} value=${a.error.details} label="Error details" />`}`}
    <h3>Fields</h3>
    <dl>
      <dt>ID</dt><dd><code>${a.id}</code> <${Copy} text=${a.id} of="the ID" /></dd>
      <dt>Template</dt><dd>${a.template.name} <code>${a.template.id}</code></dd>
      <dt>Entity</dt><dd>${a.entity.name} <code>${a.entity.id}</code></dd>
      <dt>Outcome</dt><dd>${a.outcome.name} <code>${a.outcome.id}</code></dd>
      <dt>Status</dt><dd><code>${a.status_id}</code></dd>
      <dt>Workflow</dt><dd><code>${a.workflow_instance_id}</code></dd>
      <dt>Created</dt><dd><${Time} at=${a.created_at} /></dd>
      <dt>Ended</dt><dd><${Time} at=${a.ended_at} /></dd>
    </dl>
    ${asking && html`<${ForceError} steps=${a.steps || []} onClose=${() => setAsking(false)}
      onDone=${(failure) => { setAsking(false); decide('forceError', 'Forced into error.', failure); }} />`}
    ${task && html`<${CompleteTask} own=${own} onClose=${() => setTask(null)}
      onDone=${(values) => { setTask(null); change('completeTask', 'Task completed.', { task, ...values }); }} />`}
  </aside>`;
}

// Timeline shows the steps of a workflow in their order.
function Timeline({ of, busy, onComplete }) {
  const steps = of.steps || [];
  if (steps.length === 0) return html`<p class="muted">The template has no steps.</p>`;
  return html`<ol class="timeline">${steps.map((s) => html`<li class=${'step step-' + s.progress}>
    <strong>${s.name}</strong> <${Badge} kind=${s.progress} />
    <div class="muted">${s.manual ? 'manual' : `takes ${s.takes}`}${s.started_at && html`, from <${Time} at=${s.started_at} day=${false} />`}${s.ended_at && html` to <${Time} at=${s.ended_at} day=${false} />`}</div>
    ${s.task_id && html`<div>Task <code title=${s.task_id}>${short(s.task_id)}</code> <${Copy} text=${s.task_id} of="the ID of the task" />
      ${s.assigned_to_id && html` <span class="muted">assigned to ${s.assigned_to_type} <code title=${s.assigned_to_id}>${short(s.assigned_to_id)}</code></span>`}
      ${s.progress === 'waiting' && html` <button type="button" class="small" disabled=${busy} onClick=${() => onComplete(s.task_id)}>Complete task…</button>`}</div>`}
  </li>`)}</ol>
  ${of.next && html`<p>Next: ${of.next.kind}${of.next.step && html` of ${of.next.step}`} at <${Time} at=${of.next.at} /></p>`}`;
}

// CompleteTask lets a workflow go on. The API has no operation for it.
function CompleteTask({ own, onClose, onDone }) {
  const catalogue = useLoad(() => own('getCatalogue'), []);
  const submit = (e) => { e.preventDefault(); onDone(formValues(e.target)); };
  return html`<${Dialog} title="Complete the task" onClose=${onClose}>
    <${Failure} error=${catalogue.error} />
    ${catalogue.value && html`<form onSubmit=${submit}>
      <${Select} label="Outcome until the end" name="outcome_id" values=${[['', 'Unchanged'], ...catalogue.value.outcomes.map((o) => [o.id, o.name || o.id])]} />
      <button type="submit">Complete task</button>
    </form>`}
  <//>`;
}

function ForceError({ steps, onClose, onDone }) {
  const submit = (e) => { e.preventDefault(); onDone(formValues(e.target)); };
  return html`<${Dialog} title="Force an error" onClose=${onClose}><form onSubmit=${submit}>
    <${Select} label="Step" name="step" values=${[['', 'The current one'], ...steps.map((s) => s.name)]} />
    <${Field} label="Type" name="type" placeholder="FORCED_ERROR" maxlength="200" />
    <${Field} label="Message" name="message" placeholder="The workflow was put in error." maxlength="2000" />
    <button type="submit">Force error</button>
  </form><//>`;
}

function Add({ own, tell, onClose, onDone }) {
  const catalogue = useLoad(() => own('getCatalogue'), []);
  const [act, busy] = useAction(tell);
  const submit = async (e) => {
    e.preventDefault();
    const made = await act(() => own('addAssessment', formValues(e.target)), 'Created.');
    if (made) onDone(made);
  };
  const named = (list) => list.map((x) => [x.id, x.name || x.id]);
  return html`<${Dialog} title="New assessment" onClose=${onClose}>
    <${Failure} error=${catalogue.error} />
    ${catalogue.value && html`<form onSubmit=${submit}>
      <${Select} label="Entity" name="entity_id" values=${named(catalogue.value.entities)} />
      <${Select} label="Template" name="template_id" values=${named(catalogue.value.templates)} />
      <${Select} label="State" name="state" values=${['active', 'completed', 'cancelled', 'error']} />
      <button type="submit" disabled=${busy}>Create</button>
    </form>`}
  <//>`;
}
