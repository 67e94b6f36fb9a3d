// Where the mock is: the defaults of `assay mock`, unless the environment says otherwise.
export const apiURL = process.env.API_URL ?? 'http://127.0.0.1:8080/v5';
const controlURL = process.env.CONTROL_URL ?? 'http://127.0.0.1:8081';
// Needed where the control plane can be reached from other machines, as in a container.
const token = process.env.CONTROL_TOKEN;

// control calls the control plane, and returns what it answers.
export async function control(method, path, body) {
  const response = await fetch(`${controlURL}/control/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

// newInstitution makes an institution that nobody else knows, whose time stands still.
export async function newInstitution() {
  const { id, keys } = await control('POST', '/institutions', { clock: { mode: 'frozen' } });
  return {
    id,
    apikey: keys[0].value,
    advance: (duration) => control('POST', `/institutions/${id}/clock/advance`, { by: duration }),
    forceError: (assessment, message) => control('POST', `/institutions/${id}/assessments/${assessment}/force-error`, { message }),
    delete: () => control('DELETE', `/institutions/${id}`),
  };
}
