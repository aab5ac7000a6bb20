/** Everything in the node's worker that is otherwise fetched when first needed. */
import { fetchCode } from '../health/deferred-code.ts';

/** Throws CodeUnavailable when the server went away before all was here. */
export async function fetchWorkerCode(): Promise<void> {
  await fetchCode(() =>
    Promise.all([
      import('../node/person/person-session.ts'),
      import('../health/fhir/parse.ts'),
      import('../health/fhir/summary.ts'),
      import('hpke'),
      import('@panva/hpke-noble'),
      import('@noble/post-quantum/hybrid.js'),
      import('@scure/bip39'),
      import('@scure/bip39/wordlists/english.js'),
      import('@scure/bip39/wordlists/simplified-chinese.js'),
      import('hash-wasm'),
    ]),
  );
}
