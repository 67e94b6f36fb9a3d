import { expect, test } from './institution.js';

test('cancels the workflow', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('#state')).toHaveText('Active');
  await page.getByRole('button', { name: 'Cancel the workflow' }).click();
  await expect(page.locator('#state')).toHaveText('Cancelled');
  await expect(page.getByRole('button')).toBeDisabled();
});

// The same assessment is cancelled above, at the same time or just before: for another key, or before the reset.
for (const time of ['once', 'again', 'and again']) {
  test(`finds the workflow active, ${time}`, async ({ page }) => {
    await page.goto('/');
    await expect(page.locator('#state')).toHaveText('Active');
    await expect(page.getByRole('button')).toBeEnabled();
  });
}

test('shows why a workflow is in error', async ({ page, institution }) => {
  await institution.forceError('The data provider is down.');
  await page.goto('/');
  await expect(page.locator('#state')).toHaveText('Error');
  await expect(page.getByRole('alert')).toHaveText('The data provider is down.');
});
