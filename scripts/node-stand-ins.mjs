/**
 * For `resolve.alias` of Vite. simple-peer is written for Node.js and brings its streams, Buffer and more along: 27 KB of
 * gzip, of which it uses for our messages what these files hold.
 */
import { fileURLToPath } from 'node:url';

const standIn = (file) => fileURLToPath(new URL(`../src/adapters/webrtc/node-stand-ins/${file}`, import.meta.url));

export const NODE_STAND_INS = {
  'readable-stream': standIn('readable-stream.ts'),
  buffer: standIn('buffer.ts'),
  debug: standIn('debug.ts'),
  randombytes: standIn('randombytes.ts'),
};
