// The snapshots, and the difference between two states.

import { html, useState, useLoad, useAction, Copy, download, Failure, Field, formValues, Select, Sure, Time, number } from '../ui.js';
import { call } from '../api.js';

const listed = 100; // of each kind of difference

export function Snapshots({ institution, institutions, tell, changed, touch }) {
  const list = useLoad(() => call('listSnapshots'), [changed]);
  const [act, busy] = useAction(tell);
  const here = { institution: institution.id };
  const run = async (id, done, values) => { const value = await act(() => call(id, values), done); list.reload(); touch(); return value; };
  const save = async (e) => { e.preventDefault(); const form = e.target; if (await run('saveSnapshot', (s) => `${s.name} is saved.`, { ...here, ...formValues(form) })) form.reset(); };
  const owner = (id) => institutions.find((i) => i.id === id)?.name || id;
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Snapshots</h1></header>
    <form class="tools" onSubmit=${save}><${Field} label=${'Save ' + institution.name + ' as'} name="name" maxlength="64" placeholder="generated" /><button type="submit" disabled=${busy}>Save</button></form>
    <${Failure} error=${list.error} />
    ${list.value?.length === 0 && html`<p class="empty">There is no snapshot yet. Save the state of ${institution.name} to restore, fork or compare it later.</p>`}
    ${list.value?.length > 0 && html`<div class="wide"><table class="stack">
      <thead><tr><th scope="col">Name</th><th scope="col" class="roomy">Institution</th><th scope="col" class="roomy">Time</th><th scope="col">Assessments</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
      <tbody>${list.value.map((s) => html`<tr key=${s.name}><td>${s.name}</td><td class="roomy">${owner(s.institution_id)}</td><td class="roomy"><${Time} at=${s.at} /></td><td data-label="Assessments">${number(s.assessments)}</td>
        <td><div class="actions">
          <${Sure} label="Restore" of=${s.name} disabled=${busy} onYes=${() => run('restoreSnapshot', `${institution.name} is restored from ${s.name}.`, { ...here, snapshot: s.name })}>The current state of ${institution.name} is lost, unless it is saved first.<//>
          <button type="button" class="small" disabled=${busy} aria-label=${'Fork ' + s.name} onClick=${() => run('createInstitution', (i) => `${i.name} is created from ${s.name}.`, { snapshot: s.name })}>Fork</button>
          <button type="button" class="small" disabled=${busy} aria-label=${'Export ' + s.name} onClick=${() => act(async () => download(await call('exportSnapshot', { snapshot: s.name }), s.name + '.yaml'))}>Export</button>
          <${Sure} label="Delete" of=${s.name} disabled=${busy} onYes=${() => run('deleteSnapshot', 'Deleted.', { snapshot: s.name })}>The snapshot cannot be recovered.<//></div></td></tr>`)}</tbody>
    </table></div>`}
    ${list.value && html`<${Diff} places=${[[institution.id, institution.name + ', now'], ...list.value.map((s) => [s.name, s.name]), ...institutions.filter((i) => i.id !== institution.id).map((i) => [i.id, i.name + ', now'])]} first=${list.value[0]?.name || institution.id} second=${institution.id} />`}
  </section>`;
}

function Diff({ places, first, second }) {
  const [asked, ask] = useState(null);
  const diff = useLoad(async () => asked && call('diff', asked), [asked]);
  const submit = (e) => { e.preventDefault(); ask(formValues(e.target)); };
  return html`<h2>Difference</h2><form class="tools" onSubmit=${submit}>
    <${Select} label="From" name="a" values=${places} value=${first} /><${Select} label="To" name="b" values=${places} value=${second} /><button type="submit">Compare</button></form>
    <${Failure} error=${asked && diff.error} />${diff.value && html`<${Differences} of=${diff.value} name=${(place) => places.find(([key]) => key === place)?.[1] ?? place} />`}`;
}

function Differences({ of, name }) {
  const same = !of.only_in_a.length && !of.only_in_b.length && !of.changed.length && !of.settings.length && !of.clock.length;
  return html`<div class="card diff">
    <div class="bar"><h3>${name(of.a)} → ${name(of.b)}</h3><${Copy} text=${JSON.stringify(of, null, 2)} label="Copy as JSON" /></div>
    ${same && html`<p>No difference.</p>`}
    <${Missing} in=${name(of.a)} ids=${of.only_in_a} /><${Missing} in=${name(of.b)} ids=${of.only_in_b} />
    ${of.changed.slice(0, listed).map((c) => html`<h4><code>${c.id}</code></h4><${Fields} of=${c.fields} />`)}<${More} all=${of.changed} />
    ${of.settings.length > 0 && html`<h4>Freedoms</h4><${Fields} of=${of.settings} />`}
    ${of.clock.length > 0 && html`<h4>Clock</h4><${Fields} of=${of.clock} />`}
  </div>`;
}

// Missing lists the assessments that only one state has.
const Missing = ({ in: state, ids }) => ids.length > 0 && html`<h4>Only in ${state}</h4><ul>${ids.slice(0, listed).map((id) => html`<li><code>${id}</code></li>`)}</ul><${More} all=${ids} />`;

const More = ({ all }) => all.length > listed && html`<p class="muted">And ${number(all.length - listed)} more in the JSON.</p>`;

// shown returns the short form of a value.
const shown = (v) => (typeof v === 'string' ? v || '(empty)' : JSON.stringify(v, null, v && typeof v === 'object' ? 1 : 0));

const Fields = ({ of }) => html`<table><thead><tr><th scope="col">Field</th><th scope="col">From</th><th scope="col">To</th></tr></thead>
  <tbody>${of.map((f) => html`<tr><td>${f.field}</td><td><del>${shown(f.a)}</del></td><td><ins>${shown(f.b)}</ins></td></tr>`)}</tbody></table>`;
