import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import icons from 'unplugin-icons/vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { NODE_STAND_INS } from './scripts/node-stand-ins.mjs';
import { medmeshServer } from './src/app/serve/vite-plugin.ts';

/** The service worker that opens the app while its server is away; src/app/offline-shell.ts registers it. */
const offlineShell = VitePWA({
  registerType: 'prompt',
  injectRegister: false,
  manifest: false,
  workbox: {
    globPatterns: ['**/*.{html,js,css,svg,png,webmanifest,woff2,wasm}'],
    // Their names carry a hash of the content.
    dontCacheBustURLsMatching: /^assets\//,
    maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
    inlineWorkboxRuntime: true,
    cleanupOutdatedCaches: true,
    // At the first visit too: whatever that page has yet to load is at hand when the server goes away.
    clientsClaim: true,
    // There is one page, precached under its folder's address, with whatever query a messenger adds to a link. All else,
    // such as what the server says of its network and health, is the server's to answer.
    navigateFallback: null,
    ignoreURLParametersMatching: [/./],
  },
});

export default defineConfig({
  // One build serves from any path: a school's subfolder, a clinic's static host.
  base: './',
  plugins: [svelte(), tailwindcss(), icons({ compiler: 'svelte' }), medmeshServer(), offlineShell],
  resolve: { alias: NODE_STAND_INS },
  worker: { format: 'es', rolldownOptions: { checks: { pluginTimings: false } } },
  build: { target: 'es2023', outDir: 'dist/app', rolldownOptions: { checks: { pluginTimings: false } } },
  // Named up front: discovered late, each of these would reload the dev page in the middle of a session.
  optimizeDeps: {
    include: [
      'simple-peer',
      'comlink',
      'idb',
      'hash-wasm',
      '@noble/curves/secp256k1.js',
      '@noble/hashes/sha2.js',
      '@noble/hashes/blake3.js',
      '@noble/hashes/hkdf.js',
      '@noble/hashes/hmac.js',
      '@noble/hashes/utils.js',
      '@noble/ciphers/chacha.js',
      '@noble/ciphers/utils.js',
      '@noble/ciphers/aes.js',
      '@noble/post-quantum/hybrid.js',
      'hpke',
      '@panva/hpke-noble',
      '@scure/base',
      '@scure/bip32',
      '@scure/bip39',
      '@scure/bip39/wordlists/english.js',
      '@scure/bip39/wordlists/simplified-chinese.js',
    ],
  },
});
