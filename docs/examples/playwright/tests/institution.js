import { test as base, expect } from '@playwright/test';

// Where the mock is: the defaults of `assay mock`, unless the environment says otherwise.
const apiURL = process.env.API_URL ?? 'http://127.0.0.1:8080/v5';
const controlURL = process.env.CONTROL_URL ?? 'http://127.0.0.1:8081';
// Needed where the control plane can be reached from other machines, as in a container.
const token = process.env.CONTROL_TOKEN;

// The assessment that the guides show. Every new institution has it, as its own.
const assessment = '497f6eca-6276-4993-bfeb-53cbbbba6f08';

async function control(method, path, body) {
  const response = await fetch(`${controlURL}/control/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

export { expect };
export const test = base.extend({
  // One institution a worker: its key, its time and its assessments are nobody else's.
  institution: [
    async ({}, use) => {
      const { id, keys } = await control('POST', '/institutions', { clock: { mode: 'frozen' } });
      await use({
        apikey: keys[0].value,
        assessment,
        reset: () => control('POST', `/institutions/${id}/reset`),
        forceError: (message) => control('POST', `/institutions/${id}/assessments/${assessment}/force-error`, { message }),
      });
      await control('DELETE', `/institutions/${id}`);
    },
    { scope: 'worker' },
  ],

  // Every test begins with the institution as it was made, and a page that has its key.
  page: async ({ page, institution }, use) => {
    await institution.reset();
    await page.addInitScript((settings) => (window.settings = settings), { apiURL, apikey: institution.apikey, assessment });
    await use(page);
  },
});
