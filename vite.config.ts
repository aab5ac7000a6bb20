import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import icons from 'unplugin-icons/vite';
import { defineConfig } from 'vite';
import { medmeshServer } from './src/app/serve/vite-plugin.ts';

export default defineConfig({
  // One build serves from any path: a school's subfolder, a clinic's static host.
  base: './',
  plugins: [svelte(), tailwindcss(), icons({ compiler: 'svelte' }), medmeshServer()],
  // simple-peer is a Node.js-style package; src/adapters/webrtc/process-shim.ts supplies the rest.
  define: { global: 'globalThis' },
  worker: { format: 'es' },
  build: { target: 'es2023', outDir: 'dist/app' },
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
