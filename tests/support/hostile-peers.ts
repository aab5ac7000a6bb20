/**
 * Peers that mean harm, each in its own way: honest in the handshake, and then not. The same ones come to simulated nodes
 * and, over real data channels, to real tabs.
 */
import { encodeBody } from '../../src/core/block.ts';
import { makeCompactBlock, SALT_BYTES } from '../../src/core/compact-block.ts';
import { hashHeader } from '../../src/core/header.ts';
import type { BlobId, BlockHash, TxId } from '../../src/core/ids.ts';
import { encodeTransaction, txIdOf, type Transaction } from '../../src/core/transaction.ts';
import { GET_BLOCKS_MAX, HEADERS_MAX } from '../../src/core/wire.ts';
import { SlotOwner } from './forge.ts';
import { emptyPromise, headerWithoutWork, rivals, tamperedBlock, type Knowledge } from './hostile-chains.ts';
import type { Manner, ScriptedPeer } from './scripted-peer.ts';
import type { Seeded } from './seeded.ts';

export interface HostilePeer {
  readonly manner: Partial<Manner>;
  /** Again and again while it is linked. @returns `spent` when there is nothing more to send */
  attack?(peer: ScriptedPeer): 'spent' | void;
}

/** What there is to lie about. */
export interface Scene extends Knowledge {
  /** Of what a flood is made: more than the bounds of a node, where the machine has the time for it. */
  readonly many: number;
  /** A true one, if it could get hold of it. */
  manifestOf(blob: BlobId): Uint8Array | undefined;
}

type HostileKind = (scene: Scene) => HostilePeer;

const IDS_AT_ONCE = 500;
/** A ping's first byte. */
const PING = 0x03;
/** More than the honest find while a node waits for them. */
const WITHHELD_BLOCKS = 200;
/** To sign each takes a millisecond. */
const TRANSACTIONS_MADE_MAX = 1_500;

const made = (lot: Seeded): string => Array.from(lot.bytes(32), (byte) => byte.toString(16).padStart(2, '0')).join('');

const headersOf = (headers: readonly Uint8Array[]) =>
  ({ type: 'headers', headers: headers.map((header) => ({ header, seal: new Uint8Array(0) })) }) as const;

/** Answers every question for headers, with the same. */
const withHeaders =
  (headers: readonly Uint8Array[]): NonNullable<Manner['on']> =>
  (peer, { type }) => {
    if (type === 'getHeaders') peer.send(headersOf(headers));
  };

const boundless = (lot: Seeded): NonNullable<Manner['tip']> => ({
  hash: made(lot) as BlockHash,
  height: 1_000_000,
  chainwork: 1n << 90n,
});

/** Tells of transactions, and hands them out. */
const withTransactions = (transactions: readonly Transaction[]): HostilePeer => {
  const byId = new Map(transactions.map((tx) => [txIdOf(tx), tx]));
  const ids = [...byId.keys()];
  let told = 0;
  let given = 0;
  return {
    manner: {
      on: (peer, message) => {
        if (message.type !== 'getTx') return;
        for (const id of message.ids) {
          const transaction = byId.get(id);
          if (!transaction) continue;
          peer.send({ type: 'tx', transaction: encodeTransaction(transaction) });
          given++;
        }
      },
    },
    attack: (peer) => {
      if (told < ids.length) peer.send({ type: 'inv', kind: 'tx', ids: ids.slice(told, (told += IDS_AT_ONCE)) });
      return given >= ids.length ? 'spent' : undefined;
    },
  };
};

const ownerIn = ({ lot, index }: Scene): SlotOwner =>
  new SlotOwner({ spec: index.engine.spec, genesisHash: index.genesis.hash }, lot.below(2 ** 31));

export const HOSTILE_KINDS = {
  'sends garbage': ({ lot }) => ({
    manner: {},
    attack: (peer) => peer.sendBytes(Uint8Array.of(0xff, ...lot.bytes(1 + lot.below(2_000)))),
  }),

  'sends a message larger than its kind may be': () => ({
    manner: {},
    attack: (peer) => peer.sendBytes(Uint8Array.of(PING, ...new Uint8Array(100_000))),
  }),

  'speaks before the handshake': () => ({
    manner: { silent: 'always' },
    attack: (peer) => peer.send({ type: 'getHeaders', locator: [], stop: undefined, max: HEADERS_MAX }),
  }),

  'falls silent': () => ({ manner: { silent: 'after-handshake' } }),

  'claims work it never shows': ({ lot }) => ({ manner: { tip: boundless(lot), on: withHeaders([]) } }),

  'claims work and does not answer': ({ lot }) => ({ manner: { tip: boundless(lot) } }),

  'shows headers without work': (scene) => ({
    manner: {
      tip: boundless(scene.lot),
      on: withHeaders(Array<Uint8Array>(HEADERS_MAX).fill(headerWithoutWork(scene))),
    },
  }),

  'shows headers that nobody asked for': (scene) => ({
    manner: {},
    attack: (peer) => peer.send(headersOf(rivals(scene, 1))),
  }),

  'floods the index with branches that lead nowhere': (scene) => {
    let left = scene.many;
    const more = (): readonly Uint8Array[] => {
      const count = Math.min(HEADERS_MAX, left);
      left -= count;
      return rivals(scene, count);
    };
    let next = more();
    return {
      manner: {
        on: (peer, { type }) => {
          if (type !== 'getHeaders') return;
          peer.send(headersOf(next));
          next = more();
        },
      },
      // Told of a block that it does not know, a node asks for headers; and these are headers.
      attack: (peer) => {
        const [first] = next;
        if (!first) return 'spent';
        peer.send({ type: 'inv', kind: 'block', ids: [hashHeader(first)] });
        return undefined;
      },
    };
  },

  'withholds the blocks of a better chain': (scene) => {
    const { tip, headers } = emptyPromise(scene, WITHHELD_BLOCKS);
    return { manner: { tip, on: withHeaders(headers) } };
  },

  'changes the body of a block': (scene) => {
    const { tip, headers, block } = tamperedBlock(scene);
    const body = encodeBody(block.body);
    const answerHeaders = withHeaders(headers);
    return {
      manner: {
        tip,
        on: (peer, message) => {
          if (message.type === 'getBlocks') peer.send({ type: 'block', header: headers[0]!, body });
          else answerHeaders(peer, message);
        },
      },
    };
  },

  'tells a new block in short, and wrongly': (scene) => {
    const { block } = tamperedBlock(scene);
    return {
      manner: {},
      // Each costs a part of what a peer may do wrong; all at once, before another block comes.
      attack: (peer) => {
        for (let i = 0; i < 5; i++) peer.send(makeCompactBlock(block, scene.lot.bytes(SALT_BYTES)));
      },
    };
  },

  'tells of blocks that are none': ({ lot }) => ({
    manner: { on: withHeaders([]) },
    attack: (peer) =>
      peer.send({ type: 'inv', kind: 'block', ids: Array.from({ length: 20 }, () => made(lot) as BlockHash) }),
  }),

  'tells of transactions by the hundred and has none': ({ lot }) => ({
    manner: {},
    attack: (peer) =>
      peer.send({ type: 'inv', kind: 'tx', ids: Array.from({ length: IDS_AT_ONCE }, () => made(lot) as TxId) }),
  }),

  'floods with transactions of the cheapest stamps': (scene) => {
    const owner = ownerIn(scene);
    return withTransactions(
      Array.from({ length: Math.min(scene.many, TRANSACTIONS_MADE_MAX) }, () => owner.createAnother()),
    );
  },

  'changes a transaction on the way': (scene) => {
    const owner = ownerIn(scene);
    // With a stamp of its own, so that nothing but the signature tells.
    return withTransactions([{ ...owner.createAnother(), signature: owner.createTx.signature }]);
  },

  'pings without end': () => ({
    manner: {},
    attack: (peer) => {
      for (let nonce = 0; nonce < 2_000; nonce++) peer.send({ type: 'ping', nonce });
    },
  }),

  'asks for the headers of the whole chain, over and over': ({ index, many }) => ({
    manner: {},
    attack: (peer) => {
      for (let i = 0; i < many; i++)
        peer.send({ type: 'getHeaders', locator: [index.genesis.hash], stop: undefined, max: HEADERS_MAX });
    },
  }),

  'asks for more blocks than it could read': ({ index, many }) => ({
    manner: {},
    attack: (peer) => {
      const hashes = Array<BlockHash>(GET_BLOCKS_MAX).fill(index.tip.hash);
      for (let i = 0; i < many; i += GET_BLOCKS_MAX) peer.send({ type: 'getBlocks', hashes });
    },
  }),

  'serves damaged documents': ({ lot, manifestOf }) => ({
    manner: {
      on: (peer, message) => {
        if (message.type === 'getHave') peer.send({ type: 'have', blobId: message.blobId, chunks: 'all' });
        if (message.type !== 'getChunk') return;
        const { blobId, part } = message;
        const bytes = (part === 'manifest' ? manifestOf(blobId) : undefined) ?? lot.bytes(1_000);
        peer.send({ type: 'chunk', blobId, part, bytes });
      },
    },
  }),

  'comes and stays with thirty-nine others': () => ({ manner: {} }),
} satisfies Readonly<Record<string, HostileKind>>;

export type HostileName = keyof typeof HOSTILE_KINDS;
