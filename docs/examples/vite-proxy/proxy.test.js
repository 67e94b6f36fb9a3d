import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';

let server;
let origin;

before(async () => {
  server = await createServer({ root: import.meta.dirname, logLevel: 'error', server: { host: '127.0.0.1', port: 0 } });
  await server.listen();
  origin = `http://127.0.0.1:${server.httpServer.address().port}`;
});
after(() => server.close());

test('the page is there, without the key', async () => {
  for (const path of ['/', '/main.js']) {
    const response = await fetch(origin + path);
    assert.equal(response.status, 200);
    assert.doesNotMatch(await response.text(), /API_KEY/);
  }
});

test('calls are passed on, with the key', async () => {
  const response = await fetch(`${origin}/v5/assessments?max_page_size=1`);
  assert.equal(response.status, 200);
  const { items, next_page_token: next } = await response.json();
  assert.ok(items.length === 1 && next);
});

test('refusals are passed on as they are', async () => {
  const response = await fetch(`${origin}/v5/assessments/00000000-0000-4000-8000-000000000000/cancel-workflow`, { method: 'POST' });
  assert.equal(response.status, 404);
});
