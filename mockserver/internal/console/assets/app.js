// The frame of the console: menu, institution, clock and messages.

import { html, render, useCallback, useEffect, useState, useLoad, useInterval, useAction, Dialog, Failure, Field, formValues, Time, Badge } from './ui.js';
import { call, callsOf, token } from './api.js';
import { Assessments } from './views/assessments.js';
import { Cors } from './views/cors.js';
import { Journal } from './views/journal.js';
import { Faults } from './views/faults.js';
import { Settings } from './views/settings.js';
import { Institutions } from './views/institutions.js';
import { Snapshots } from './views/snapshots.js';
import { Reference } from './views/reference.js';

// The views in the order of the menu.
const views = [
  { name: 'assessments', title: 'Assessments', view: Assessments },
  { name: 'journal', title: 'Journal', view: Journal },
  { name: 'faults', title: 'Faults', view: Faults },
  { name: 'freedoms', title: 'Freedoms', view: Settings },
  { name: 'institutions', title: 'Institutions', view: Institutions },
  { name: 'snapshots', title: 'Snapshots', view: Snapshots },
  { name: 'cors', title: 'CORS', view: Cors },
  { name: 'contract', title: 'Contract', view: Reference },
];

// The address of a view is #/view/institution/item.
function readAddress() {
  const [view, institution, item] = location.hash.replace(/^#\/?/, '').split('/').map(decoded);
  return { view: views.find((v) => v.name === view) || views[0], institution, item };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // typed by hand
  }
}

const writeAddress = (view, institution, item) => '#/' + [view, institution, item].filter(Boolean).map(encodeURIComponent).join('/');

function useAddress() {
  const [address, set] = useState(readAddress);
  useEffect(() => {
    const read = () => set(readAddress());
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return address;
}

function App() {
  const address = useAddress();
  const [message, setMessage] = useState(null);
  const [changed, setChanged] = useState(0);
  const [help, setHelp] = useState(false);
  const all = useLoad(() => call('listInstitutions'), [changed]);
  const tell = useCallback((text, kind = 'done') => setMessage({ text, kind }), []);
  useInterval(all.reload, 5000);
  useFading(message, setMessage);
  useShortcuts(() => setHelp(true));
  const institution = all.value && (address.institution ? all.value.find((i) => i.id === address.institution) : all.value[0]);
  const go = useGo(institution);
  if (all.error?.status === 401) return html`<${AskToken} onDone=${all.reload} error=${all.error} />`;
  const touch = () => setChanged((n) => n + 1);
  const View = address.view.view;
  return html`
    <a class="skip" href="#main" onClick=${(e) => { e.preventDefault(); document.getElementById('main').focus(); }}>Skip to the content</a>
    <${Head} all=${all.value || []} institution=${institution} address=${address} go=${go} tell=${tell} touch=${touch} />
    <main id="main" tabindex="-1">
      ${all.error?.status === 0 && html`<p class="failure" role="alert"><strong>The mock does not answer.</strong> Is it still running? The page shows the last known state, and continues once the mock answers.</p>`}
      <${Failure} error=${all.error} />
      ${institution && html`<${View} key=${address.view.name + institution.id} institution=${institution} institutions=${all.value} item=${address.item} go=${go} tell=${tell} changed=${changed} touch=${touch} />`}
      ${all.value && !institution && html`<h1>No such institution</h1><p class="empty">${address.institution ? html`The institution <code>${address.institution}</code> does not exist. Choose another one above.` : 'There is no institution.'}</p>`}
    </main>
    <div class="message-place" role="status" aria-live="polite">${message && html`<p class=${'message ' + message.kind}>${message.text} <button type="button" class="small" onClick=${() => setMessage(null)}>Dismiss</button></p>`}</div>
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}`;
}

// useGo returns a function that goes to a view of the institution; go.to returns its address.
function useGo(institution) {
  const to = (view, item) => writeAddress(view, institution?.id, item);
  const go = (view, item) => { location.hash = to(view, item); };
  go.to = to;
  return go;
}

// useFading removes a message of success after a while.
function useFading(message, setMessage) {
  useEffect(() => {
    if (message?.kind !== 'done') return undefined;
    const id = setTimeout(() => setMessage(null), 8000);
    return () => clearTimeout(id);
  }, [message]);
}

function Head({ all, institution, address, go, tell, touch }) {
  return html`<header class="head">
    <a class="brand" href=${go.to('assessments')}>Assay</a>
    <label class="pick"><span class="sr">Institution</span><select value=${institution?.id} onInput=${(e) => { location.hash = writeAddress(address.view.name, e.target.value); }}>
      ${!institution && html`<option value="" selected>Choose one</option>`}
      ${all.map((i) => html`<option value=${i.id} selected=${i.id === institution?.id}>${i.name}</option>`)}
    </select></label>
    ${institution && html`<${Clock} key=${institution.id} institution=${institution} tell=${tell} touch=${touch} />`}
    <nav class="menu" aria-label="Views">${views.map((v) => html`<a href=${go.to(v.name)} aria-current=${v === address.view ? 'page' : null}>${v.title}</a>`)}</nav>
  </header>`;
}

const eventNames = { 'step-ended': 'a step ended', 'workflow-ended': 'a workflow ended', 'workflow-failed': 'a workflow failed', 'change-visible': 'a change became visible' };

// Clock shows and moves the time of the institution.
function Clock({ institution, tell, touch }) {
  const own = callsOf(institution.id);
  const clock = useLoad(() => own('getClock'), [institution.id]);
  const [happened, setHappened] = useState(null);
  const [act, busy] = useAction(tell);
  useInterval(clock.reload, 2000);
  const run = async (change, done) => { await act(change, done); clock.reload(); touch(); };
  const advance = (by) => run(async () => { const moved = await own('advanceClock', by ? { by } : {}); if (moved.events.length) setHappened(moved); return moved; },
    (moved) => moved.from === moved.to ? 'No event is pending.' : `The clock advanced to ${moved.to.replace(/\.\d+/, '')}.`);
  const frozen = clock.value?.mode === 'frozen';
  return html`<div class="clock" role="group" aria-label="Clock">
    <span class="now"><${Time} at=${clock.value?.now} /> <span class="muted">UTC</span> ${frozen && html`<${Badge} kind="frozen" />`}</span>
    <button type="button" class="small" disabled=${busy || !clock.value} onClick=${() => run(() => own(frozen ? 'runClock' : 'freezeClock'), frozen ? 'The clock runs.' : 'The clock is frozen.')}>${frozen ? 'Run' : 'Freeze'}</button>
    <button type="button" class="small" disabled=${busy} onClick=${() => advance('1m')} title="Advance by a minute">+1 min</button>
    <button type="button" class="small" disabled=${busy} onClick=${() => advance('24h')} title="Advance by a day">+1 day</button>
    <button type="button" class="small" disabled=${busy} onClick=${() => advance('')}>Next event</button>
    ${happened && html`<${Dialog} title="Events" onClose=${() => setHappened(null)}>
      <p><${Time} at=${happened.from} /> to <${Time} at=${happened.to} /></p>
      <ol class="events">${happened.events.map((e) => html`<li><${Time} at=${e.at} /> ${eventNames[e.kind] || e.kind}${e.step && html`: ${e.step}`} <a href=${writeAddress('assessments', institution.id, e.assessment_id)} onClick=${() => setHappened(null)}><code>${e.assessment_id}</code></a></li>`)}</ol>
      ${happened.omitted > 0 && html`<p>And ${happened.omitted} more.</p>`}
    <//>`}
  </div>`;
}

function AskToken({ onDone, error }) {
  const submit = (e) => { e.preventDefault(); token.set(formValues(e.target).token || ''); onDone(); };
  return html`<main id="main" class="ask"><h1>Assay console</h1><p>Enter the token of the mock. Without --control-token, the mock printed one at start.</p>
    ${token.get() && html`<p class="failure" role="alert">Wrong token. ${error.message}</p>`}
    <form onSubmit=${submit}><${Field} label="Token" name="token" type="password" autocomplete="off" required autofocus /><button type="submit">Continue</button></form></main>`;
}

// useShortcuts handles single keys outside text fields.
function useShortcuts(help) {
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, select, dialog')) return;
      if (event.key === '/') { event.preventDefault(); document.querySelector('input[type=search]')?.focus(); }
      if (event.key === '?') help();
      if (event.key === 'Escape') document.querySelector('.detail .close')?.click();
      const chosen = views[Number(event.key) - 1];
      if (chosen) document.querySelectorAll('.menu a')[Number(event.key) - 1].click();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function Help({ onClose }) {
  return html`<${Dialog} title="Keys" onClose=${onClose}><dl>
    <dt><kbd>1</kbd>–<kbd>${views.length}</kbd></dt><dd>Go to a view</dd>
    <dt><kbd>/</kbd></dt><dd>Search</dd>
    <dt><kbd>↑</kbd> <kbd>↓</kbd>, or <kbd>k</kbd> <kbd>j</kbd></dt><dd>In a list: one up or down; <kbd>Enter</kbd> opens</dd>
    <dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>In the journal: the newest, the oldest</dd>
    <dt><kbd>Esc</kbd></dt><dd>Close a dialog or the details next to a list</dd>
    <dt><kbd>?</kbd></dt><dd>Show this help</dd>
  </dl><//>`;
}

const place = document.getElementById('app');
place.replaceChildren();
render(html`<${App} />`, place);
