// A page of another origin than the API: the browser asks the API whether it may call it.
const { apiURL, apikey, assessment } = window.settings;
const [state, button, problem] = ['state', 'cancel', 'problem'].map((id) => document.getElementById(id));

async function call(method, path) {
  const response = await fetch(apiURL + path, { method, headers: { apikey } });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

async function show() {
  const read = await call('GET', `/assessments/${assessment}`);
  state.value = read.workflow_state;
  problem.textContent = read.error_message ?? '';
  button.disabled = read.workflow_state === 'Cancelled';
}

button.addEventListener('click', () =>
  call('POST', `/assessments/${assessment}/cancel-workflow`)
    .then(show)
    .catch((error) => (problem.textContent = error.message)),
);
show().catch((error) => (problem.textContent = error.message));
