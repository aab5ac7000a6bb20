import type { LogEvent } from '../../../node/api.ts';
import { shorten } from '../../format.ts';
import { plural } from './plural.ts';

/** Words for each event of the node's log; what the machine said of it stands beside them. */
export type LogWords = {
  readonly [T in LogEvent['type']]: (event: Extract<LogEvent, { readonly type: T }>) => string;
};

const blocks = (count: number) => plural(count, 'block', 'blocks');
const seconds = (count: number) => plural(count, 'second', 'seconds');

export const log: LogWords = {
  started: ({ height }) => `Started at block ${height}`,
  halted: () => 'The node stopped; its data is kept',
  'clock-slow': ({ slowS }) => `The clock is ${seconds(slowS)} slow: new blocks look as if they came from the future`,
  'peer-connected': ({ peerId, height }) => `Tab ${shorten(peerId)} connected at block ${height}`,
  'peer-gone': ({ peerId }) => `Tab ${shorten(peerId)} is gone.`,
  'block-mined': ({ height }) => `Mined block ${height}`,
  'own-block-refused': ({ height }) => `Our own block ${height} was refused: is the clock right?`,
  'block-refused': ({ height, hash }) => `Refused block ${height}, ${shorten(hash)}`,
  reorg: ({ off, on }) => `Went over to a chain with more work: ${blocks(off)} off, ${blocks(on)} on`,
  'reorg-refused': ({ depth, detail }) =>
    detail === 'too-deep'
      ? `Refused another chain: it would take ${blocks(depth)} off, more than can be undone`
      : `Refused another chain: it would take ${blocks(depth)} off, more than fit into memory at once`,
  'own-transaction-refused': ({ txid }) => `Our own transaction ${shorten(txid)} was refused`,
  'own-transaction-overtaken': ({ txid }) =>
    `Our own transaction ${shorten(txid)} was overtaken by another of this account`,
  'storage-fault': () => 'The disk did not do what was asked of it',
  'chain-repaired': ({ repair }) => `The stored chain was damaged: ${REPAIRS[repair]}`,
  'chain-not-repaired': () => 'The damaged chain could not be repaired',
  'connecting-stored': ({ count }) =>
    `The state of the chain was damaged: connecting ${blocks(count)} stored here anew`,
  'connected-stored': ({ height }) => `Connected up to block ${height}`,
  'verifier-died': () => 'A helper that checks signatures died; its work is done again',
  'code-unavailable': () => 'A part of the program could not be fetched; it is tried again',
  'record-mended': ({ blobId }) => `Record ${shorten(blobId)} was fetched again`,
  'document-not-dropped': ({ blobId }) => `Sealed document ${shorten(blobId)} could not be deleted yet`,
  'capsule-refused': ({ slotId, version }) => `Refused version ${version} of the capsule in slot ${shorten(slotId)}`,
  'shared-record-refused': ({ slotId }) => `The record shared in slot ${shorten(slotId)} cannot be read`,
};

const REPAIRS = {
  mended: 'mended from the stored blocks',
  reconnect: 'the stored blocks are connected anew',
  'fetch-again': 'none of it can be read, it is fetched again',
} as const;
