import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import createClient from 'openapi-fetch';
import type { components, paths } from './control.js';
import { assessmentsAPI, cancel, getAssessment, Refused } from './cancel.js';

const apiURL = process.env['API_URL'] ?? 'http://127.0.0.1:8080/v5';
const controlURL = process.env['CONTROL_URL'] ?? 'http://127.0.0.1:8081';
const token = process.env['CONTROL_TOKEN']; // where the control plane can be reached from other machines
const guide = '497f6eca-6276-4993-bfeb-53cbbbba6f08'; // the assessment that the guides show

// Calls that change something have this type even where they have no body.
const control = createClient<paths>({
  baseUrl: `${controlURL}/control/v1`,
  headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
});

let institution: components['schemas']['Institution'];
let apikey: string;

before(async () => {
  const { data, error } = await control.POST('/institutions', { body: { clock: { mode: 'frozen' } } });
  assert.ok(data, error?.detail);
  institution = data;
  apikey = data.keys[0]!.value;
});
after(async () => {
  await control.DELETE('/institutions/{institution}', { params: { path: { institution: institution.id } } });
});

test('cancel, and read what became of it', async () => {
  const api = assessmentsAPI(apiURL, apikey);
  const before = await getAssessment(api, guide);
  assert.equal(before.workflow_state, 'Active');

  const cancelled = await cancel(api, guide);
  assert.equal(cancelled.workflow_state, 'Cancelled');
  assert.notEqual(cancelled.outcome_id, before.outcome_id);
  assert.deepEqual({ ...cancelled, workflow_state: 'Active', outcome_id: before.outcome_id }, before, 'the rest is kept');
});

test('an assessment in error says why', async () => {
  const path = { institution: institution.id, assessment: guide };
  const failure = { type: 'PROVIDER_ERROR', message: 'The data provider is down.' };
  await control.POST('/institutions/{institution}/reset', { params: { path } });
  const { error } = await control.POST('/institutions/{institution}/assessments/{assessment}/force-error', { params: { path }, body: failure });
  assert.equal(error, undefined);
  const seen = await getAssessment(assessmentsAPI(apiURL, apikey), guide);
  assert.equal(seen.workflow_state, 'Error');
  assert.equal(seen.error_message, failure.message);
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
  // @ts-expect-error a mode that no clock has
  await control.POST('/institutions', { body: { clock: { mode: 'stopped' } } });
}
