// The freedoms, with their values in the institution.

import { html, useState, useLoad, useAction, Badge, Failure } from '../ui.js';
import { call, callsOf } from '../api.js';

export function Settings({ institution, tell, changed, touch }) {
  const own = callsOf(institution.id);
  const freedoms = useLoad(() => call('listFreedoms'), []);
  const settings = useLoad(() => own('getSettings'), [institution.id, changed]);
  const [act, busy] = useAction(tell);
  const run = async (id, done, values) => { await act(() => own(id, values), done); settings.reload(); touch(); };
  const set = (name, value) => run('changeSettings', `${name} is ${value}.`, { values: { [name]: value } });
  const s = settings.value;
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Freedoms</h1><button type="button" disabled=${busy} onClick=${() => run('resetSettings', 'The settings are reset.')}>Reset</button></header>
    <p>Behaviour that the documentation does not settle. A client must handle every value.</p>
    <${Failure} error=${freedoms.error || settings.error} />
    ${s && html`<label class="tick card"><input type="checkbox" checked=${s.awkward} disabled=${busy} onInput=${(e) => run('changeSettings', e.target.checked ? 'Awkward mode is on.' : 'Awkward mode is off.', { awkward: e.target.checked })} />
      <span><strong>Awkward</strong>: vary every freedom that is not fixed, from request to request</span></label>`}
    ${s && freedoms.value && html`<div class="cards">${freedoms.value.map((f) => html`<${Freedom} key=${f.name} of=${f} value=${s.values[f.name]} varies=${s.awkward && !s.fixed.includes(f.name)} busy=${busy} set=${set} />`)}</div>`}
  </section>`;
}

// Prose shows a text with `code` in backquotes.
const Prose = ({ text }) => text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));

function Freedom({ of, value, varies, busy, set }) {
  const [own, setOwn] = useState('');
  const values = of.values.includes(value) ? of.values : [...of.values, value];
  const submit = (e) => { e.preventDefault(); if (own) set(of.name, own); };
  return html`<div class="card">
    <label class="field"><strong>${of.name}</strong><select value=${value} disabled=${busy} onInput=${(e) => set(of.name, e.target.value)}>
      ${values.map((v) => html`<option value=${v} selected=${v === value}>${v}</option>`)}</select></label>
    ${varies ? html`<p><${Badge} kind="waiting">varies<//></p>` : value !== of.values[0] && html`<p><${Badge} kind="frozen">not the default<//></p>`}
    ${of.duration && html`<form class="tools" onSubmit=${submit}><label class="field"><span>Or a duration</span><input value=${own} placeholder="30s" maxlength="40" onInput=${(e) => setOwn(e.target.value)} /></label><button type="submit" class="small" disabled=${busy}>Set</button></form>`}
    <p class=${/^\w/.test(of.what) ? 'sentence' : ''}><${Prose} text=${of.what} /></p><p class="muted"><${Prose} text=${of.reason} /></p>
  </div>`;
}
