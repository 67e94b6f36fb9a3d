// The calls of the page, made from two documents: that of the control plane and the contract of the API. Parameters, paths and
// methods are in the documents only; the page names operations by their operationId.

const tokenName = 'assay-token';

// Refusal is a response without success. Status 0: there was no response.
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// The token is kept until the tab closes.
export const token = {
  get: () => sessionStorage.getItem(tokenName) || '',
  set: (value) => sessionStorage.setItem(tokenName, value),
};

async function send(url, request) {
  if (token.get()) request.headers.Authorization = 'Bearer ' + token.get();
  let response;
  try {
    response = await fetch(url, request);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(0, 'The mock does not answer. Is it still running?');
  }
  if (!response.ok) throw new Refusal(response.status, await reason(response));
  return response;
}

async function reason(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || `Status ${response.status}`;
  } catch {
    return `Status ${response.status}`;
  }
}

// once returns a function that loads a document with its operations, and keeps it.
function once(file) {
  let loaded;
  return async () => (loaded ??= withOperations(await (await send(file, { headers: {} })).json()));
}

// readContract returns the contract of the API.
export const readContract = once('contract.json');
const controlPlane = once('control.json');

// withOperations adds the list of its operations to a document.
function withOperations(doc) {
  const operations = Object.entries(doc.paths).flatMap(([path, item]) => ['get', 'post', 'put', 'patch', 'delete'].filter((method) => item[method]).map((method) => ({
    path, method: method.toUpperCase(), op: item[method], parameters: [...(item.parameters || []), ...(item[method].parameters || [])].map((p) => resolve(doc, p)),
  })));
  return { ...doc, operations };
}

// resolve follows a reference within a document.
export function resolve(doc, value) {
  if (!value?.$ref) return value;
  return resolve(doc, value.$ref.replace(/^#\//, '').split('/').reduce((at, key) => at?.[key], doc));
}

// target returns the path and the query of an operation with values; empty ones are left out of the query.
export function target(operation, values) {
  let path = operation.path;
  const query = new URLSearchParams();
  for (const { name, in: place } of operation.parameters) {
    const value = values[name] ?? '';
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (place === 'query' && value !== '') query.set(name, value);
  }
  const written = query.toString();
  return written ? `${path}?${written}` : path;
}

// open sends a call to the control plane. Values that are not parameters of the operation make up the body.
async function open(id, values, options = {}) {
  const doc = await controlPlane();
  const operation = doc.operations.find((o) => o.op.operationId === id);
  const request = { method: operation.method, headers: {}, ...options };
  if (request.method !== 'GET') request.headers['Content-Type'] = 'application/json';
  if (operation.op.requestBody) {
    const parameters = operation.parameters.map((p) => p.name);
    request.body = JSON.stringify(Object.fromEntries(Object.entries(values).filter(([name]) => !parameters.includes(name))));
  }
  return send(doc.servers[0].url + target(operation, values), request);
}

// call calls an operation of the control plane. It returns a JSON body as a value, and any other as a blob.
export async function call(id, values = {}) {
  const response = await open(id, values);
  if (response.status === 204) return null;
  return response.headers.get('Content-Type') === 'application/json' ? response.json() : response.blob();
}

// callsOf returns a function that calls operations for one institution.
export const callsOf = (institution) => (id, values) => call(id, { institution, ...values });

// journalOf returns the calls of a journal: that of an institution or, without one, that of unmatched requests.
export function journalOf(institution) {
  const of = (own, unmatched, values, options) => [institution ? own : unmatched, { ...(institution && { institution }), ...values }, options];
  return {
    find: (filter) => call(...of('findEntries', 'findUnmatched', filter)),
    clear: () => call(...of('clearJournal', 'clearUnmatched')),
    har: (filter) => call(...of('exportHAR', 'exportUnmatchedHAR', filter)),
    explain: (exchange) => call(...of('explainInJournal', 'explainExchange', { exchange })),
    follow: async (filter, signal, on) => follow(await open(...of('followJournal', 'followUnmatched', filter, { signal })), on),
  };
}

// follow reads a stream of server-sent events to its end. EventSource would do the same, but sends no token.
async function follow(response, on) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  await on.open(); // events that come meanwhile wait
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const text of events) {
      const event = parseEvent(text);
      if (event.data) on[event.event]?.(JSON.parse(event.data));
    }
  }
}

function parseEvent(text) {
  const event = { event: 'message', data: '' };
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return event;
}
