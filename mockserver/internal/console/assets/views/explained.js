// Why an answer was what it was.

import { html, useLoad, Copy, Failure, Json, pretty } from '../ui.js';

// Explained tells why an answer was what it was.
export function Explained({ calls, id, go, onClose }) {
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

