import { describe, expect, it } from 'vitest';
import { BlockHash } from '../../../src/core/ids.ts';
import {
  checkHandshake,
  checkHello,
  makeHello,
  makeSessionKey,
  signHandshake,
  type Greeting,
} from '../../../src/node/handshake.ts';

const genesisHash = BlockHash.of(new Uint8Array(32).fill(1));
const greeting: Greeting = { genesisHash, tipHash: genesisHash, tipHeight: 0, chainwork: 1n };
const binding = new Uint8Array(32).fill(7);

/** A key and a hello from random bytes that are all the same. */
function partyOf(byte: number) {
  const rng = { bytes: (length: number) => new Uint8Array(length).fill(byte) };
  const key = makeSessionKey(rng);
  return { key, hello: makeHello(greeting, key, rng) };
}

const [one, other] = [partyOf(0x21), partyOf(0x22)];
const signature = signHandshake(one.key, binding, one.hello, other.hello);
/** As the other side judges what the first one signed. */
const judge = (own = other.hello, theirs = one.hello, channel = binding) =>
  checkHandshake(signature, channel, own, theirs);

it('names a peer by the hash of its key', () => {
  expect([one, other].map(({ key }) => key.peerId)).toEqual([
    '440da3bea2e9ea79c302a3c2526493c9',
    'e24acdff79b13dbda6ecf98cc516a774',
  ]);
  expect(checkHello(one.hello, other.hello)).toEqual({ ok: true, value: one.key.peerId });
});

describe('a signature over both hellos and the channel', () => {
  it('is good on that channel, between those two', () => {
    expect(judge()).toBe(true);
  });

  it('is void on another channel', () => {
    expect(judge(other.hello, one.hello, new Uint8Array(32).fill(8))).toBe(false);
  });

  it('is void for any other word of either hello', () => {
    const nonce = new Uint8Array(16);
    expect(judge({ ...other.hello, nonce })).toBe(false);
    expect(judge(other.hello, { ...one.hello, nonce })).toBe(false);
  });

  it('is no echo: it does not pass for one of the other side', () => {
    const mirrored = { ...other.hello, nodeKey: one.hello.nodeKey };
    const echo = signHandshake(one.key, binding, one.hello, mirrored);
    expect([
      checkHandshake(echo, binding, mirrored, one.hello),
      checkHandshake(echo, binding, one.hello, mirrored),
    ]).toEqual([true, false]);
  });
});
