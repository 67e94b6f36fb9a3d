// The calls of the control plane. Its document is /control/v1/openapi.yaml.

const base = '/control/v1';
const tokenName = 'assay-token';

// Refusal is an answer that is no success. A status of 0: there was none.
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// A token is kept for as long as the tab is open.
export const token = {
  get: () => sessionStorage.getItem(tokenName) || '',
  set: (value) => sessionStorage.setItem(tokenName, value),
};

function headers(more) {
  const all = { ...more };
  if (token.get()) all.Authorization = 'Bearer ' + token.get();
  return all;
}

async function send(method, path, body, options = {}) {
  const request = { method, headers: headers(), ...options };
  if (method !== 'GET') {
    request.headers['Content-Type'] = 'application/json';
    if (body !== undefined) request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(base + path, request);
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

async function json(method, path, body) {
  const response = await send(method, path, body);
  return response.status === 204 ? null : response.json();
}

const text = async (path) => (await send('GET', path)).text();
const part = encodeURIComponent;

// query writes a query string without what is empty.
function query(values) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== '' && value !== undefined && value !== null) all.set(name, value);
  const written = all.toString();
  return written ? '?' + written : '';
}

export const server = () => json('GET', '/server');
export const freedoms = () => json('GET', '/freedoms');
export const contract = async () => (await fetch('contract.json')).json();

export const faultKinds = () => json('GET', '/faults');

export const institutions = {
  list: () => json('GET', '/institutions'),
  create: (options) => json('POST', '/institutions', options),
  remove: (id) => json('DELETE', `/institutions/${part(id)}`),
  reset: (id) => json('POST', `/institutions/${part(id)}/reset`),
  catalogue: (id) => json('GET', `/institutions/${part(id)}/catalogue`),
  fixtures: (id) => text(`/institutions/${part(id)}/fixtures`),
};

export const snapshots = {
  list: () => json('GET', '/snapshots'),
  remove: (name) => json('DELETE', `/snapshots/${part(name)}`),
  fixtures: (name) => text(`/snapshots/${part(name)}/fixtures`),
  diff: (a, b) => json('GET', '/diff' + query({ a, b })),
};

// of returns the calls that concern one institution.
export function of(institution) {
  const at = `/institutions/${part(institution)}`;
  const one = (id) => `${at}/assessments/${part(id)}`;
  return {
    assessments: (filter) => json('GET', `${at}/assessments${query(filter)}`),
    assessment: (id) => json('GET', one(id)),
    add: (draft) => json('POST', `${at}/assessments`, draft),
    cancel: (id) => json('POST', `${one(id)}/cancel`),
    finish: (id) => json('POST', `${one(id)}/finish`),
    forceError: (id, failure) => json('POST', `${one(id)}/force-error`, failure),
    clock: () => json('GET', `${at}/clock`),
    freeze: () => json('POST', `${at}/clock/freeze`),
    run: () => json('POST', `${at}/clock/run`),
    advance: (by) => json('POST', `${at}/clock/advance`, by ? { by } : {}),
    settings: () => json('GET', `${at}/settings`),
    set: (change) => json('PATCH', `${at}/settings`, change),
    resetSettings: () => json('DELETE', `${at}/settings`),
    save: (name) => json('POST', `${at}/snapshots`, name ? { name } : {}),
    faults: () => json('GET', `${at}/faults`),
    arm: (rule) => json('POST', `${at}/faults`, rule),
    disarm: (id) => json('DELETE', `${at}/faults${id ? '/' + part(id) : ''}`),
    restore: (snapshot) => json('POST', `${at}/restore`, { snapshot }),
  };
}

// journalOf returns the calls of a journal: that of an institution or, without one, that of the requests that are of none.
export function journalOf(institution) {
  const at = institution ? `/institutions/${part(institution)}/journal` : '/journal';
  return {
    find: (filter) => json('GET', at + query(filter)),
    clear: () => json('DELETE', at),
    har: async (filter) => (await send('GET', `${at}/har${query(filter)}`)).blob(),
    explain: (ref) => json('GET', institution ? `${at}/explain/${part(ref)}` : `/explain/${part(ref)}`),
    follow: (filter, signal, on) => follow(`${at}/events${query(filter)}`, signal, on),
  };
}

// follow reads a stream of server-sent events until the signal stops it. EventSource would do the same, but sends no token.
async function follow(path, signal, on) {
  const response = await send('GET', path, undefined, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  await on.open(); // what is told meanwhile waits
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
