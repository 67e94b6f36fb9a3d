// The explanation of a journal entry.

import { html, useEffect, useRef, useLoad, Copy, Failure, Json, pretty } from '../ui.js';

// Explained shows the explanation of a journal entry.
export function Explained({ calls, id, go, onClose }) {
  const { value, error } = useLoad(() => calls.explain(id), [calls, id]);
  const title = useRef();
  useEffect(() => { if (value && matchMedia('(max-width: 900px)').matches) title.current.focus(); }, [value]); // it is above the list
  if (!value) return html`<aside class="detail"><${Failure} error=${error} />${error && html`<button type="button" class="small close" onClick=${onClose}>Close</button>`}</aside>`;
  const e = value.entry;
  return html`<aside class="detail" aria-labelledby="why">
    <header class="bar"><h2 id="why" ref=${title} tabindex="-1">${e.control ? e.operation : `Why ${e.response.status || 'nothing'}?`}</h2><button type="button" class="small close" onClick=${onClose}>Close</button></header>
    <ol class="words">${value.words.map((w) => html`<li>${w}</li>`)}</ol>
    <div class="actions">${value.curl && html`<${Copy} text=${value.curl} label="Copy as curl" />`}${e.try && html`<${Copy} text=${e.try} label="Copy a corrected command" />`}
      ${e.assessment_id && e.institution_id && html`<a class="button small" href=${go.to('assessments', e.assessment_id)}>Assessment</a>`}</div>
    ${!e.control && html`<h3>Request</h3><${Message} first=${`${e.request.method} ${e.request.url} ${e.request.proto}`} of=${e.request} label="Request" />
    <h3>Response</h3><${Message} first=${e.response.status ? `${e.response.status}` : 'none: the connection was cut'} of=${e.response} label="Response" />`}
    <dl>${e.id && html`<dt>Request ID</dt><dd><code>${e.id}</code></dd>`}<dt>Seed</dt><dd>${e.seed}</dd></dl>
  </aside>`;
}

function Message({ first, of, label }) {
  const lines = [first, ...of.headers.map((h) => `${h.name}: ${h.value}`)];
  if (of.body.text) lines.push('', pretty(of.body.text) + (of.body.cut ? '…' : ''));
  return html`<${Json} value=${lines.join('\n')} label=${label} />`;
}

