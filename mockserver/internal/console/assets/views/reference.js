// The contract: every operation, with a form to try it.

import { html, useState, useLoad, Badge, Copy, Failure, Field, Json, number, pretty } from '../ui.js';
import { call, readContract, resolve, target } from '../api.js';

export function Reference({ institution, item, go }) {
  const contract = useLoad(readContract, []);
  const server = useLoad(() => call('getServer'), []);
  const doc = contract.value;
  const all = doc?.operations || [];
  const open = all.find((o) => o.op.operationId === item);
  return html`<section aria-labelledby="title">
    <header class="bar"><h1 id="title">Contract</h1>${server.value && html`<code>${server.value.api_url}</code>`}</header>
    <${Failure} error=${contract.error || server.error} />
    ${doc && html`<div class="split reversed"><nav aria-label="Operations"><ul class="operations">${all.map((o) => html`<li><a href=${go.to('contract', o.op.operationId)} aria-current=${o === open ? 'true' : null}><b>${o.method}</b> <code>${o.path}</code><br /><span class="muted">${o.op.summary}</span></a></li>`)}</ul></nav>
      <div>${open ? html`<${Operation} key=${item} doc=${doc} of=${open} server=${server.value} institution=${institution} />` : html`<p class="empty">Choose an operation.</p>`}</div></div>`}
  </section>`;
}

function Operation({ doc, of, server, institution }) {
  const body = resolve(doc, of.op.requestBody)?.content?.['application/json'];
  return html`<article class="card"><h2>${of.op.operationId}</h2>
    <p><b>${of.method}</b> <code>${of.path}</code> <${Evidence} of=${of.op} /></p><p>${of.op.description}</p>
    ${of.parameters.length > 0 && html`<h3>Parameters</h3><dl>${of.parameters.map((p) => html`<dt><code>${p.name}</code> in ${p.in}${p.required && ', required'}</dt><dd>${p.description} <span class="muted">${typeOf(doc, p.schema)}</span> <${Evidence} of=${p} /></dd>`)}</dl>`}
    ${body && html`<h3>Request body</h3><${Schema} doc=${doc} schema=${body.schema} />`}
    <h3>Responses</h3><dl>${Object.entries(of.op.responses).map(([status, r]) => html`<dt><${Badge} kind=${status[0] + 'xx'}>${status}<//></dt><dd>${resolve(doc, r).description} <${Evidence} of=${r} />
      ${Object.entries(resolve(doc, r).content || {}).filter(([media]) => media === 'application/json' && status < 300).map(([, c]) => html`<${Schema} doc=${doc} schema=${c.schema} />`)}</dd>`)}</dl>
    ${server?.api_url ? html`<${Try} doc=${doc} of=${of} body=${body} base=${reach(server.api_url)} institution=${institution} />` : html`<p class="muted">The API has no listener, so it cannot be tried here.</p>`}
  </article>`;
}

// reach returns the base URL for this browser: the mock only knows the addresses of its own machine.
function reach(base) {
  const url = new URL(base);
  const here = location.hostname;
  const local = (h) => h === '[::1]' || h.startsWith('127.');
  if (local(url.hostname) && !local(here)) url.hostname = here;
  return url.href.replace(/\/$/, '');
}

const Evidence = ({ of }) => of?.['x-evidence'] ? html` <${Badge} kind="ahead">${of['x-evidence']}<//>${of['x-evidence-source'] && html` <small>${of['x-evidence-source']}</small>`}` : null;

function typeOf(doc, schema) {
  const s = resolve(doc, schema) || {};
  return [s.type, s.format, s.enum?.join(' | '), s.nullable && 'or null', s.minimum !== undefined && `from ${s.minimum}`, s.maximum !== undefined && `to ${s.maximum}`].filter(Boolean).join(', ');
}

// Schema shows the fields of an object, or the schema as it is.
function Schema({ doc, schema }) {
  const s = resolve(doc, schema);
  if (!s?.properties) return html`<details><summary>Schema</summary><${Json} value=${s} label="Schema" /></details>`;
  return html`<dl>${Object.entries(s.properties).map(([name, p]) => html`<dt><code>${name}</code>${s.required?.includes(name) && ', required'}</dt><dd><span class="muted">${typeOf(doc, p)}</span> ${resolve(doc, p)?.description}</dd>`)}</dl>`;
}

function example(doc, body) {
  const examples = Object.values(body?.examples || {}).map((e) => resolve(doc, e).value);
  return JSON.stringify(body?.example ?? examples[0] ?? {}, null, 2);
}

function Try({ doc, of, body, base, institution }) {
  const key = institution.keys.find((k) => !k.revoked && !(k.allow?.length > 0))?.value || institution.keys[0]?.value || '';
  const [form, set] = useState(() => ({ ' key': key, ' prefer': '', ' body': body ? example(doc, body) : '' }));
  const [answer, setAnswer] = useState(null);
  const change = (name) => (e) => set((f) => ({ ...f, [name]: e.target.value }));
  const request = requestOf(of, form, base, body);
  const send = async (e) => {
    e.preventDefault();
    setAnswer({ busy: true });
    setAnswer(await fetched(request));
  };
  return html`<h3>Try it</h3><form onSubmit=${send}><div class="grid">
    <${Field} label="apikey" value=${form[' key']} onInput=${change(' key')} />
    ${of.parameters.filter((p) => p.in === 'path' || p.in === 'query').map((p) => html`<${Field} key=${p.name} label=${p.name} required=${p.required} value=${form[p.name] ?? ''} placeholder=${String(p.example ?? resolve(doc, p.schema)?.default ?? '')} onInput=${change(p.name)} />`)}
    <${Field} label="Prefer (a fault, once)" value=${form[' prefer']} placeholder="code=503, delay=200ms" onInput=${change(' prefer')} /></div>
    ${body && html`<label class="field"><span>Body</span><textarea rows="6" value=${form[' body']} onInput=${change(' body')}></textarea></label>`}
    <div class="actions"><button type="submit" disabled=${answer?.busy}>Send</button><${Copy} text=${curl(request)} label="Copy as curl" /></div></form>
    <div aria-live="polite">${answer?.error && html`<p class="failure">${answer.error}</p>`}
    ${answer?.status && html`<p><${Badge} kind=${String(answer.status)[0] + 'xx'}>${answer.status}<//> <span class="muted">${number(Math.round(answer.took))} ms${answer.id && `, request ${answer.id}`}</span></p>${answer.text && html`<${Json} value=${pretty(answer.text)} label="Answer" />`}`}</div>`;
}

function requestOf(of, form, base, body) {
  const headers = {};
  if (form[' key']) headers.apikey = form[' key'];
  if (form[' prefer']) headers.Prefer = form[' prefer'];
  if (body) headers['Content-Type'] = 'application/json';
  return { method: of.method, url: base + target(of, form), headers, body: body ? form[' body'] : undefined };
}

async function fetched({ method, url, headers, body }) {
  const began = performance.now();
  try {
    const response = await fetch(url, { method, headers, body });
    const text = await response.text();
    return { status: response.status, id: response.headers.get('X-Request-Id'), text, took: performance.now() - began };
  } catch {
    return { error: 'No response that the browser may show. A fault cut the connection, or the mock does not allow the origin of this page; see CORS and the journal.' };
  }
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

function curl({ method, url, headers, body }) {
  const parts = ['curl', '-i', '-X', method];
  for (const [name, value] of Object.entries(headers)) parts.push('-H', quoted(`${name}: ${value}`));
  if (body !== undefined) parts.push('--data', quoted(body));
  return [...parts, quoted(url)].join(' ');
}
