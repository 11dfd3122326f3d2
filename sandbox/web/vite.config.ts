import { defineConfig } from 'vite';

/** The page of the demo: built by `npm run build`, served by server.ts; nothing in it comes from elsewhere. */
export const config = defineConfig({
  root: import.meta.dirname + '/page',
  base: './',
  logLevel: 'warn',
  esbuild: { jsx: 'automatic' },
  build: { outDir: import.meta.dirname + '/../../dist/web', emptyOutDir: true, chunkSizeWarningLimit: 2_000 },
});

// Vite looks for a default export.
// eslint-disable-next-line no-restricted-syntax
export default config;
