/** Serves the screens on a scripted node, so that each state can be looked at: `npx vite -c tests/support/ui-fixture/vite.config.ts`. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import icons from 'unplugin-icons/vite';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../..', import.meta.url));

export default defineConfig({
  root: here,
  base: './',
  cacheDir: `${repository}/node_modules/.vite-ui-fixture`,
  publicDir: `${repository}/public`,
  plugins: [svelte({ configFile: `${repository}/svelte.config.js` }), tailwindcss(), icons({ compiler: 'svelte' })],
  build: { target: 'es2023', outDir: `${repository}/dist/ui-fixture`, emptyOutDir: true },
  server: { fs: { allow: [repository] } },
  optimizeDeps: { include: ['qr', 'qr/decode.js'] },
});
