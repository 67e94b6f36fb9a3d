import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node', // its fetch is a real one
    sequence: { concurrent: false },
  },
});
