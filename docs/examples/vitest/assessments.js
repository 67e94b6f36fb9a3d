// What an application has: a client of the assessments API over the platform's own fetch.
export function assessments(baseURL, apikey) {
  async function call(method, path, body) {
    const headers = { apikey };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const response = await fetch(baseURL + path, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${response.status}`), { status: response.status });
    return response.status === 204 ? undefined : response.json();
  }
  return {
    get: (id) => call('GET', `/assessments/${id}`),
    cancel: (id) => call('POST', `/assessments/${id}/cancel-workflow`),
    create: (entity, template) => call('POST', '/assessments', { entity_id: entity, template_id: template }),
    entities: async () => itemsOf(await call('GET', '/entities')),
    templates: async () => itemsOf(await call('GET', '/assessments/templates')),
  };
}

// A list comes as pages or as an array: the documentation leaves that open.
function itemsOf(list) {
  return Array.isArray(list) ? list : list.items;
}
