import { afterEach, expect, it, vi } from 'vitest';
import { whatIsMissing } from '../../../src/app/requirements.ts';

afterEach(() => vi.unstubAllGlobals());

/** A page opened at http://192.168.1.5:8787/, whose server answers `/network.json` like this. */
function openInsecurely(answer: () => Response): ReturnType<typeof whatIsMissing> {
  vi.stubGlobal('window', { isSecureContext: false, location: new URL('http://192.168.1.5:8787/') });
  vi.stubGlobal('fetch', () => Promise.resolve().then(answer));
  return whatIsMissing();
}

it('a page opened by plain http is sent to the https address that its server names', async () => {
  const answer = () => Response.json({ spec: '', httpsUrl: 'https://ward.example/' });
  expect(await openInsecurely(answer)).toEqual({ phase: 'insecure', httpsUrl: 'https://ward.example/' });
});

it.each([
  ['a server without https', () => Response.json({ spec: '', relays: [] })],
  ['an address that is none', () => Response.json({ httpsUrl: 'javascript:alert(1)' })],
  ['another kind of server', () => new Response('<!doctype html>', { status: 404 })],
  [
    'no server',
    () => {
      throw new TypeError('Failed to fetch');
    },
  ],
])('and nowhere by %s', async (_, answer) => {
  expect(await openInsecurely(answer)).toEqual({ phase: 'insecure' });
});
