// Requests of browsers for permission (CORS), and the flags that grant it.

import { html, useMemo, useState, Badge, Failure, Time } from '../ui.js';
import { journalOf } from '../api.js';
import { useExchanges } from '../exchanges.js';
import { Explained } from './explained.js';
import { Live } from './journal.js';

const shown = 100; // of the latest preflights

export function Cors({ go }) {
  const calls = useMemo(() => journalOf(''), []);
  const live = useExchanges(calls, { method: 'OPTIONS' });
  const entries = Array.from({ length: Math.min(live.list.count, shown) }, (_, row) => live.list.at(row)).filter(Boolean);
  const [chosen, choose] = useState(null);
  const value = (e, name) => header(e.request, name) || '–';
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">CORS <${Live} of=${live.latest} /></h1></header>
    <p>Before a page of another origin calls the API, its browser sends a preflight request (OPTIONS). Refused requests are listed here with the flag that allows them.</p>
    <${Failure} error=${live.latest.error} />
    ${live.latest.loaded && entries.length === 0 && html`<p class="empty">No preflight request yet.</p>`}
    <div class=${chosen ? 'split' : ''}>
    ${entries.length > 0 && html`<div class="wide"><table class="stack">
      <thead><tr><th scope="col">Time</th><th scope="col">Origin</th><th scope="col">Asked for</th><th scope="col">Finding</th><th scope="col"><span class="sr">More</span></th></tr></thead>
      <tbody>${entries.map((e) => html`<tr key=${e.number}>
        <td data-label="Time"><${Time} at=${e.time} day=${false} /></td><td data-label="Origin">${value(e, 'origin')}</td>
        <td data-label="Asked for">${value(e, 'access-control-request-method')} <code>${e.request.url}</code></td>
        <td data-label="Finding"><${Finding} of=${e} /></td>
        <td><button type="button" class="small" onClick=${() => choose(e.id)}>Explain</button></td>
      </tr>`)}</tbody></table></div>`}
    ${chosen && html`<${Explained} key=${chosen} calls=${calls} id=${chosen} go=${go} onClose=${() => choose(null)} />`}
    </div>
  </section>`;
}

const header = (message, name) => message.headers.find((h) => h.name.toLowerCase() === name)?.value || '';

// Finding shows the reason of a refused preflight: that of the mock or, without one, the missing header.
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
  if (missing.length > 0) return html`<${Badge} kind="failed">refused<//> the API does not accept these headers: <code>${missing.join(', ')}</code>. Remove them.${notes}`;
  if (method && !methods.includes(method.toLowerCase())) return html`<${Badge} kind="failed">refused<//> the API does not accept the method ${method}.${notes}`;
  return html`<${Badge} kind="done">allowed<//>${notes}`;
}
