import { defineConfig } from 'vite';

// Where the mock is: the default of `assay mock`, unless the environment says otherwise.
const api = new URL(process.env.API_URL ?? 'http://127.0.0.1:8080/v5');

export default defineConfig({
  server: {
    proxy: {
      // The page calls /v5 of its own origin: the browser has nothing to ask, and the key never reaches it.
      [api.pathname]: { target: api.origin, headers: { apikey: process.env.APIKEY ?? 'API_KEY' } },
    },
  },
});
