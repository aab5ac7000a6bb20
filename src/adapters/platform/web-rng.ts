/** The Rng port on the platform's secure generator: a tab, a worker or Node.js. */
import type { Rng } from '../../node/ports.ts';

/** More than this in one call is an error of the platform's. @source W3C Web Cryptography, getRandomValues */
const REQUEST_BYTES_MAX = 65_536;

export class WebRng implements Rng {
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += REQUEST_BYTES_MAX) {
      crypto.getRandomValues(bytes.subarray(offset, offset + REQUEST_BYTES_MAX));
    }
    return bytes;
  }
}
