// The institutions and their keys.

import { html, useState, useLoad, useAction, Badge, Copy, download, Failure, Field, formValues, Pages, Search, Select, Sure, Time, number } from '../ui.js';
import { call } from '../api.js';

const pageSize = 50;

export function Institutions({ institution, institutions, tell, touch }) {
  const server = useLoad(() => call('getServer'), []);
  const snapshots = useLoad(() => call('listSnapshots'), []);
  const [act, busy] = useAction(tell);
  const run = async (id, done, values) => { const value = await act(() => call(id, values), done); touch(); return value; };
  const [filter, setFilter] = useState({ q: '', offset: 0 });
  const found = institutions.filter((i) => [i.name, i.id, ...i.keys.map((k) => k.value)].some((text) => text.toLowerCase().includes(filter.q.toLowerCase())));
  const create = async (e) => {
    e.preventDefault();
    const form = e.target;
    const made = await run('createInstitution', (i) => `${i.name} is created. Its key works.`, options(formValues(form)));
    if (!made) return;
    form.reset();
    setFilter({ q: '', offset: Math.floor(institutions.length / pageSize) * pageSize }); // the page with the new one
  };
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Institutions</h1></header>
    <p>Each key belongs to one institution, and institutions share nothing. Give each test worker its own.</p>
    ${institutions.length > pageSize && html`<div class="tools"><${Search} placeholder="name, ID or key" onSearch=${(q) => setFilter({ q, offset: 0 })} /></div>`}
    ${found.length === 0 && html`<p class="empty">No institution matches. Change the search.</p>`}
    ${found.length > 0 && html`<div class="wide"><table class="stack">
      <thead><tr><th scope="col">Name</th><th scope="col">Keys</th><th scope="col" class="roomy">Source</th><th scope="col" class="roomy">Time</th><th scope="col" class="roomy">Assessments</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
      <tbody>${found.slice(filter.offset, filter.offset + pageSize).map((i) => html`<tr key=${i.id} class=${i.id === institution.id ? 'chosen' : ''}>
        <td><a href=${'#/institutions/' + encodeURIComponent(i.id)} aria-current=${i.id === institution.id ? 'true' : null}>${i.name}</a> ${i.awkward && html`<${Badge} kind="waiting">awkward<//>`}<br /><code class="muted">${i.id}</code></td>
        <td data-label="Keys">${i.keys.map((k) => html`<div class="key"><code>${k.value}</code> <${Copy} text=${k.value} of=${'a key of ' + i.name} /> <span class="muted">${k.region}</span>
          ${k.revoked && html` <${Badge} kind="failed">revoked<//>`}${k.allow?.length > 0 && html` <span class="muted">only from ${k.allow.join(', ')}</span>`}</div>`)}</td>
        <td class="roomy">${i.from}</td><td class="roomy"><${Time} at=${i.clock.now} /> ${i.clock.mode === 'frozen' && html`<${Badge} kind="frozen" />`}</td><td class="roomy">${number(i.assessments)}</td>
        <td><div class="actions">
          <button type="button" class="small" disabled=${busy} aria-label=${'Export ' + i.name} onClick=${() => act(async () => download(await call('exportInstitution', { institution: i.id }), i.name + '.yaml'))}>Export</button>
          <${Sure} label="Reset" of=${i.name} disabled=${busy} onYes=${() => run('resetInstitution', `${i.name} is reset.`, { institution: i.id })}>This restores its initial assessments, clock and settings, disarms its faults, and empties its journal.<//>
          <${Sure} label="Delete" of=${i.name} disabled=${busy} onYes=${() => run('deleteInstitution', 'Deleted.', { institution: i.id })}>Its keys stop working.<//></div></td>
      </tr>`)}</tbody>
    </table></div>`}
    ${found.length > pageSize && html`<${Pages} offset=${filter.offset} limit=${pageSize} count=${found.length} onGo=${(offset) => setFilter((f) => ({ ...f, offset }))} />`}
    <h2>New institution</h2>
    <${Failure} error=${server.error || snapshots.error} />
    <form class="card" onSubmit=${create}><div class="grid">
      <${Field} label="Name" name="name" maxlength="64" placeholder="generated" />
      <${Select} label="Source" name="from" values=${[...(server.value?.fixtures || []).map((f) => ['f:' + f, 'fixture ' + f]), ...(snapshots.value || []).map((s) => ['s:' + s.name, 'snapshot ' + s.name])]} />
      <${Select} label="Clock" name="mode" values=${[['', 'as in the source'], 'real', 'frozen']} />
      <label class="tick"><input type="checkbox" name="empty" /> Without assessments</label>
      <label class="tick"><input type="checkbox" name="awkward" /> Awkward</label>
    </div><button type="submit" disabled=${busy}>Create</button></form>
  </section>`;
}

function options(v) {
  const made = {};
  if (v.name) made.name = v.name;
  if (v.from?.startsWith('f:')) made.fixture = v.from.slice(2);
  if (v.from?.startsWith('s:')) made.snapshot = v.from.slice(2);
  if (v.mode) made.clock = { mode: v.mode };
  if (v.empty) made.empty = true;
  if (v.awkward) made.awkward = true;
  return made;
}
