// The faults that are armed in an institution.

import { html, useState, useLoad, useInterval, useAction, Badge, Failure, Field, formValues, OperationSelect, Select, number } from '../ui.js';
import { call, callsOf } from '../api.js';

export function Faults({ institution, tell, changed }) {
  const own = callsOf(institution.id);
  const armed = useLoad(() => own('listFaults'), [institution.id, changed]);
  const kinds = useLoad(() => call('listFaultKinds'), []);
  const [act, busy] = useAction(tell);
  useInterval(armed.reload, 2000);
  const run = async (id, done, values) => { await act(() => own(id, values), done); armed.reload(); };
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Faults</h1><button type="button" class="danger" disabled=${busy || !armed.value?.length} onClick=${() => run('disarmFaults', 'All faults are disarmed.')}>Disarm all</button></header>
    <${Failure} error=${armed.error || kinds.error} />
    ${armed.value?.length === 0 && html`<p class="empty">No fault is armed.</p>`}
    ${armed.value?.length > 0 && html`<div class="wide"><table class="stack">
      <thead><tr><th scope="col">Fault</th><th scope="col">Requests</th><th scope="col">Which</th><th scope="col">What</th><th scope="col">Triggered</th><th scope="col"><span class="sr">Disarm</span></th></tr></thead>
      <tbody>${armed.value.map((f) => html`<tr key=${f.id}><td><${Badge} kind="fault">${f.fault}<//></td>
        <td data-label="Requests">${f.operation || 'any operation'}${f.assessment_id && html` <code>${f.assessment_id}</code>`}</td><td data-label="Which">${when(f)}</td><td data-label="What">${what(f)}</td>
        <td data-label="Triggered">${number(f.triggered)} of ${number(f.matched)}</td>
        <td><button type="button" class="small danger" disabled=${busy} aria-label=${'Disarm ' + f.fault + ' ' + f.id} onClick=${() => run('disarmFault', 'Disarmed.', { fault: f.id })}>Disarm</button></td></tr>`)}</tbody>
    </table></div>`}
    ${kinds.value && html`<${Arm} kinds=${kinds.value} busy=${busy} onArm=${(rule) => run('armFault', 'Armed.', rule)} />`}
  </section>`;
}

function when(f) {
  if (f.nth) return `request ${number(f.nth)} only`;
  if (f.first) return f.first === 1 ? 'the first request' : `the first ${number(f.first)} requests`;
  if (f.every) return `one in ${number(f.every)} requests`;
  if (f.chance) return `with probability ${f.chance}`;
  return 'every request';
}

function what(f) {
  const parts = [];
  if (f.status) parts.push(`status ${f.status}`);
  if (f.retry_after) parts.push(`Retry-After ${f.retry_after}`);
  if (f.body) parts.push(`body ${f.body}`);
  if (f.delay?.fixed) parts.push(f.delay.fixed);
  if (f.delay?.to) parts.push(`${f.delay.from} to ${f.delay.to}`);
  if (f.delay?.median) parts.push(`median ${f.delay.median}, sigma ${f.delay.sigma}`);
  return parts.join(', ') || '–';
}

function Arm({ kinds, busy, onArm }) {
  const [fault, setFault] = useState('commit-then-reset');
  const [strike, setStrike] = useState('first');
  const [shape, setShape] = useState('fixed');
  const submit = (e) => { e.preventDefault(); onArm(rule(formValues(e.target))); };
  const { what: meaning, needs = [] } = kinds.find((k) => k.name === fault) ?? kinds[0];
  return html`<h2>Arm a fault</h2><form class="card" onSubmit=${submit}>
    <div class="grid">
      <${Select} label="Fault" name="fault" value=${fault} values=${kinds.map((k) => k.name)} onInput=${(e) => setFault(e.target.value)} />
      <${OperationSelect} any="any" />
      <${Field} label="Assessment ID" name="assessment_id" maxlength="100" placeholder="any" />
      <${Select} label="Affects" name="strike" value=${strike} values=${[['all', 'every request'], ['first', 'the first requests'], ['nth', 'the nth request only'], ['every', 'one in n'], ['chance', 'by probability']]} onInput=${(e) => setStrike(e.target.value)} />
      ${strike !== 'all' && html`<${Field} key=${strike} label=${strike === 'chance' ? 'Probability, up to 1' : 'Number'} name="n" type="number" required min=${strike === 'chance' ? '0.001' : '1'} max=${strike === 'chance' ? '1' : '1000000000'} step=${strike === 'chance' ? 'any' : '1'} value=${strike === 'chance' ? '0.1' : '1'} />`}
      ${needs.includes('status') && html`
        <${Field} label="Status" name="status" type="number" min="200" max="599" value="503" required />
        <${Field} label="Retry-After, seconds" name="retry_after" type="number" min="0" />
        <${Field} label="Body" name="body" maxlength="65536" placeholder="a problem document" />`}
      <${Select} label="Delay" name="shape" value=${shape} values=${[['fixed', 'fixed'], ['uniform', 'uniform'], ['lognormal', 'log-normal']]} onInput=${(e) => setShape(e.target.value)} />
      ${shape === 'fixed' && html`<${Field} label="Duration" name="fixed" placeholder="250ms" required=${needs.includes('delay')} />`}
      ${shape === 'uniform' && html`<${Field} label="From" name="from" placeholder="100ms" required /><${Field} label="To" name="to" placeholder="2s" required />`}
      ${shape === 'lognormal' && html`<${Field} label="Median" name="median" placeholder="200ms" required /><${Field} label="Sigma" name="sigma" type="number" min="0.01" max="5" step="any" value="0.5" required />`}
    </div>
    ${meaning && html`<p class="muted sentence">${meaning}</p>`}
    <button type="submit" disabled=${busy}>Arm</button>
  </form>`;
}

// rule converts the form to a rule of the control plane.
function rule(v) {
  const made = { fault: v.fault };
  for (const name of ['operation', 'assessment_id', 'body']) if (v[name]) made[name] = v[name];
  for (const name of ['status', 'retry_after']) if (v[name]) made[name] = Number(v[name]);
  if (v.strike !== 'all') made[v.strike] = Number(v.n);
  const delay = {};
  for (const name of ['fixed', 'from', 'to', 'median']) if (v[name]) delay[name] = v[name];
  if (v.sigma) delay.sigma = Number(v.sigma);
  if (Object.keys(delay).length > 0) made.delay = delay;
  return made;
}
