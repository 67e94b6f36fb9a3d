import { defineConfig } from '@playwright/test';

const port = Number(process.env.APP_PORT ?? 4173);

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  timeout: 60_000, // a busy machine takes its time to start a browser
  expect: { timeout: 20_000 },
  workers: 2,
  reporter: 'line',
  use: {
    baseURL: `http://localhost:${port}`,
    launchOptions: {
      // The browser of the system, where there is one; else that of `npx playwright install chromium`.
      executablePath: process.env.CHROMIUM || undefined,
      args: process.env.CHROMIUM_FLAGS?.split(' ') ?? [],
    },
  },
  webServer: { command: 'node app/serve.js', url: `http://localhost:${port}`, env: { APP_PORT: String(port) } },
});
