import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assessments } from './assessments.js';
import { apiURL, newInstitution } from './mock.js';

// The assessment that the guides show. Every new institution has it, as its own.
const guide = '497f6eca-6276-4993-bfeb-53cbbbba6f08';

let institution;
let client;

beforeEach(async () => {
  institution = await newInstitution();
  client = assessments(apiURL, institution.apikey);
});
afterEach(() => institution.delete());

// All of these run at once, against one mock: each has a key of its own.
describe('an assessment', () => {
  test('is cancelled', async () => {
    expect((await client.get(guide)).workflow_state).toBe('Active');
    await client.cancel(guide);
    expect((await client.get(guide)).workflow_state).toBe('Cancelled');
  });

  test('that another test cancelled is active here', async () => {
    const other = await newInstitution();
    await assessments(apiURL, other.apikey).cancel(guide);
    expect((await client.get(guide)).workflow_state).toBe('Active');
    await other.delete();
  });

  test('moves when its time does, and not before', async () => {
    const [entity] = await client.entities();
    const quick = (await client.templates()).find((template) => template.name === 'Quick check');
    const made = await client.create(entity.id, quick.id);
    expect((await client.get(made.id)).outcome_id).toBe(made.outcome_id);
    const { events } = await institution.advance('1h');
    expect(events.map((event) => event.kind)).toContain('workflow-ended');
    expect((await client.get(made.id)).outcome_id).not.toBe(made.outcome_id);
  });

  test('in error says why', async () => {
    await institution.forceError(guide, 'The data provider is down.');
    expect(await client.get(guide)).toMatchObject({ workflow_state: 'Error', error_message: 'The data provider is down.' });
  });

  test('is unknown to a key that was deleted', async () => {
    const gone = await newInstitution();
    await gone.delete();
    await expect(assessments(apiURL, gone.apikey).get(guide)).rejects.toMatchObject({ status: 401 });
  });
});
