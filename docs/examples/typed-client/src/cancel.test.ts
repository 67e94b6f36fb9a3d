import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assessmentsAPI, cancel, getAssessment, Refused } from './cancel.js';

const apiURL = process.env['API_URL'] ?? 'http://127.0.0.1:8080/v5';
const controlURL = process.env['CONTROL_URL'] ?? 'http://127.0.0.1:8081';
const token = process.env['CONTROL_TOKEN']; // where the control plane can be reached from other machines
const guide = '497f6eca-6276-4993-bfeb-53cbbbba6f08'; // the assessment that the guides show

interface Institution {
  id: string;
  keys: { value: string }[];
}

async function control(method: string, path: string, body?: string): Promise<Response> {
  const headers = new Headers({ 'Content-Type': 'application/json' });
  if (token) headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(`${controlURL}/control/v1${path}`, { method, headers, body: body ?? null });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response;
}

let institution: Institution;
let apikey: string;

before(async () => {
  institution = (await (await control('POST', '/institutions', '{}')).json()) as Institution;
  apikey = institution.keys[0]!.value;
});
after(() => control('DELETE', `/institutions/${institution.id}`));

test('cancel, and read what became of it', async () => {
  const api = assessmentsAPI(apiURL, apikey);
  const before = await getAssessment(api, guide);
  assert.equal(before.workflow_state, 'Active');

  const cancelled = await cancel(api, guide);
  assert.equal(cancelled.workflow_state, 'Cancelled');
  assert.notEqual(cancelled.outcome_id, before.outcome_id);
  assert.deepEqual({ ...cancelled, workflow_state: 'Active', outcome_id: before.outcome_id }, before, 'the rest is kept');
});

test('an assessment that does not exist', async () => {
  const api = assessmentsAPI(apiURL, apikey);
  await assert.rejects(cancel(api, '00000000-0000-4000-8000-000000000000'), (error) => error instanceof Refused && error.status === 404);
});

test('a key that does not exist', async () => {
  const api = assessmentsAPI(apiURL, 'nobody');
  await assert.rejects(cancel(api, guide), (error) => error instanceof Refused && error.status === 401);
});

// Where the contract and the code differ, the compiler says so: these lines would not compile without the error.
export async function misuse(): Promise<void> {
  const api = assessmentsAPI(apiURL, apikey);
  // @ts-expect-error there is no such path
  await api.GET('/assessment/{assessment_id}', { params: { path: { assessment_id: guide } } });
  // @ts-expect-error the path has a parameter
  await api.POST('/assessments/{assessment_id}/cancel-workflow', {});
  // @ts-expect-error a body with a misspelt field
  await api.POST('/assessments', { body: { entity: guide, template_id: guide } });
}
