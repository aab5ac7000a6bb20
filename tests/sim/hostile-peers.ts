/** Peers that mean harm, each in its own way: honest in the handshake, and then not. */
import type { BlockHash, TxId } from '../../src/core/ids.ts';
import { encodeTransaction, txIdOf, type Transaction } from '../../src/core/transaction.ts';
import type { Manner, ScriptedPeer } from '../support/scripted-peer.ts';
import type { Seeded } from '../support/seeded.ts';

export interface HostilePeer {
  readonly manner: Partial<Manner>;
  /** Once a second while it is linked. */
  attack?(peer: ScriptedPeer): void;
}

/** What there is to lie about. */
export interface Scene {
  readonly lot: Seeded;
  /** Of the node it comes to, 112 bytes. */
  readonly tipHeader: Uint8Array;
  /** One that waits at the node it comes to, if any does. */
  readonly transaction: Transaction | undefined;
}

export type HostileKind = (scene: Scene) => HostilePeer;

const IDS_AT_ONCE = 500;
/** Where a header has its bits. */
const BITS_OFFSET = 104;

const made = (lot: Seeded): string => Array.from(lot.bytes(32), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Answers every question for headers, with the same. */
const withHeaders = (headers: readonly Uint8Array[]): NonNullable<Manner['on']> => {
  const message = { type: 'headers', headers: headers.map((header) => ({ header, seal: new Uint8Array(0) })) } as const;
  return (peer, { type }) => {
    if (type === 'getHeaders') peer.send(message);
  };
};

export const HOSTILE_KINDS: Readonly<Record<string, HostileKind>> = {
  'sends garbage': ({ lot }) => ({
    manner: {},
    attack: (peer) => peer.sendBytes(lot.bytes(1 + lot.below(2_000))),
  }),

  'falls silent': () => ({ manner: { silent: 'after-handshake' } }),

  'claims work it never shows': ({ lot }) => ({
    manner: {
      tip: { hash: made(lot) as BlockHash, height: 1_000_000, chainwork: 1n << 90n },
      on: withHeaders([]),
    },
  }),

  'shows headers without work': ({ lot, tipHeader }) => ({
    manner: {
      tip: { hash: made(lot) as BlockHash, height: 1_000_000, chainwork: 1n << 90n },
      on: withHeaders([tipHeader.map((byte, i) => (i >= BITS_OFFSET ? lot.below(256) : byte))]),
    },
  }),

  'tells of blocks that are none': ({ lot }) => ({
    manner: { on: withHeaders([]) },
    attack: (peer) => peer.send({ type: 'inv', kind: 'block', ids: [made(lot) as BlockHash] }),
  }),

  'tells of transactions by the hundred and has none': ({ lot }) => ({
    manner: {},
    attack: (peer) =>
      peer.send({ type: 'inv', kind: 'tx', ids: Array.from({ length: IDS_AT_ONCE }, () => made(lot) as TxId) }),
  }),

  'changes a transaction on the way': ({ transaction }) => {
    const changed = transaction && { ...transaction, expiryHeight: transaction.expiryHeight + 1_000_000 };
    const id = changed && txIdOf(changed);
    return {
      manner: {
        on: (peer, message) => {
          if (message.type === 'getTx' && changed) peer.send({ type: 'tx', transaction: encodeTransaction(changed) });
        },
      },
      attack: (peer) => {
        if (id) peer.send({ type: 'inv', kind: 'tx', ids: [id] });
      },
    };
  },

  'asks without end': () => ({
    manner: {},
    attack: (peer) => {
      for (let nonce = 0; nonce < 2_000; nonce++) peer.send({ type: 'ping', nonce });
    },
  }),
};
