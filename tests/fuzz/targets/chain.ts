/** What the chain is made of. */
import { decodeBlock, decodeBody, encodeBlock, encodeBody } from '../../../src/core/block.ts';
import { decode } from '../../../src/core/codec.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../../../src/core/header.ts';
import { decodeSpec, encodeSpec } from '../../../src/core/network-spec.ts';
import { decodeTransaction, encodeTransaction, readTransaction, TX_BYTES_MAX } from '../../../src/core/transaction.ts';
import { decodeUndo, encodeUndo, type UndoData } from '../../../src/core/undo.ts';
import { block, body, header, networkSpec, transaction, undoData } from '../../support/chain-values.ts';
import { codecTarget } from '../engine/decoder-target.ts';
import { bytesMedium } from '../engine/medium.ts';

/** The least a network may have. */
const BLOCK_BYTES_MAX = 16 * 1024;

/** Undo data is written from changes, of which it keeps the first half. */
function changesOf(undo: UndoData) {
  return new Map([...undo].map(([key, before]) => [key, { before, after: undefined }]));
}

export const chainTargets = [
  codecTarget({
    name: 'header',
    covers: [decodeHeader],
    medium: bytesMedium,
    valid: header,
    encode: encodeHeader,
    decode: decodeHeader,
    form: 'canonical',
    max: HEADER_BYTES,
  }),
  codecTarget({
    name: 'transaction',
    covers: [decodeTransaction, readTransaction, decode],
    medium: bytesMedium,
    valid: transaction,
    encode: encodeTransaction,
    decode: decodeTransaction,
    form: 'canonical',
    max: TX_BYTES_MAX,
    weight: 2,
  }),
  codecTarget({
    name: 'block-body',
    covers: [decodeBody],
    medium: bytesMedium,
    valid: body,
    encode: encodeBody,
    decode: (encoded) => decodeBody(encoded, BLOCK_BYTES_MAX),
    form: 'canonical',
    max: BLOCK_BYTES_MAX - HEADER_BYTES,
    weight: 2,
  }),
  codecTarget({
    name: 'block',
    covers: [decodeBlock],
    medium: bytesMedium,
    valid: block,
    encode: encodeBlock,
    decode: (encoded) => decodeBlock(encoded, BLOCK_BYTES_MAX),
    form: 'canonical',
    max: BLOCK_BYTES_MAX,
  }),
  codecTarget({
    name: 'undo-data',
    covers: [decodeUndo],
    medium: bytesMedium,
    valid: undoData,
    encode: (undo) => encodeUndo(changesOf(undo)),
    decode: decodeUndo,
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'network-spec',
    covers: [decodeSpec],
    medium: bytesMedium,
    valid: networkSpec,
    encode: encodeSpec,
    decode: decodeSpec,
    form: 'canonical',
    max: 4096,
  }),
];
