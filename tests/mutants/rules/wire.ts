/** What peers say to each other, as bytes. */
import { rulesOf, type Rule } from '../rule.ts';

/** The cap on a list, let out by one. */
const cap = (rule: string, from: string, to: string): Omit<Rule, 'file'> => ({ rule, code: 'oversized', from, to });

export const WIRE_RULES: readonly Rule[] = [
  ...rulesOf('src/core/wire.ts', [
    {
      rule: 'an empty message is truncated',
      code: 'truncated',
      from: "if (code === undefined) return reject('truncated', 'empty message');",
      to: "if (code === undefined) return reject('unknown-type', 'empty message');",
    },
    {
      rule: 'a message is of a known type',
      code: 'unknown-type',
      from: 'const format = FORMAT_BY_CODE.get(code);',
      to: 'const format = FORMAT_BY_CODE.get(code) ?? FORMAT_BY_CODE.get(3);',
    },
    {
      rule: 'a message is not longer than the cap of its type',
      code: 'oversized',
      from: 'decode(bytes, format.bytesMax, (reader)',
      to: 'decode(bytes, WIRE_BYTES_MAX, (reader)',
    },
    cap('a user agent has at most 32 characters', 'userAgent: readAscii(r, 32)', 'userAgent: readAscii(r, 33)'),
    cap('a reason has at most 40 characters', 'reason: readAscii(r, 40)', 'reason: readAscii(r, 41)'),
    cap(
      'a locator has at most 32 hashes',
      'locator: r.list(LOCATOR_MAX, readBlockHash)',
      'locator: r.list(LOCATOR_MAX + 1, readBlockHash)',
    ),
    cap('getHeaders has at most one stop', 'stop: r.list(1, readBlockHash)[0]', 'stop: r.list(2, readBlockHash)[0]'),
    cap('at most 2,000 headers are asked for', 'max: readCount(r, HEADERS_MAX)', 'max: readCount(r, HEADERS_MAX + 1)'),
    cap(
      'a message has at most 2,000 headers',
      'r.list(HEADERS_MAX, readWireHeader)',
      'r.list(HEADERS_MAX + 1, readWireHeader)',
    ),
    cap(
      'at most 64 blocks are asked for',
      'r.list(GET_BLOCKS_MAX, readBlockHash)',
      'r.list(GET_BLOCKS_MAX + 1, readBlockHash)',
    ),
    cap(
      'at most 256 blocks are not found',
      "kind: 'block', ids: r.list(GET_TX_MAX, readBlockHash)",
      "kind: 'block', ids: r.list(GET_TX_MAX + 1, readBlockHash)",
    ),
    cap(
      'at most 256 transactions are not found',
      "type: 'notFound', kind: 'tx', ids: r.list(GET_TX_MAX, readTxId)",
      "type: 'notFound', kind: 'tx', ids: r.list(GET_TX_MAX + 1, readTxId)",
    ),
    {
      rule: 'what is not found is of a known kind',
      code: 'bad-value',
      from: "if (kind === 2) return { type: 'notFound', kind: 'chunk',",
      to: "if (kind >= 2) return { type: 'notFound', kind: 'chunk',",
    },
    cap(
      'at most 1,000 blocks are told of',
      "kind: 'block', ids: r.list(INV_MAX, readBlockHash)",
      "kind: 'block', ids: r.list(INV_MAX + 1, readBlockHash)",
    ),
    cap(
      'at most 1,000 transactions are told of',
      "kind: 'tx', ids: r.list(INV_MAX, readTxId)",
      "kind: 'tx', ids: r.list(INV_MAX + 1, readTxId)",
    ),
    {
      rule: 'what is told of is of a known kind',
      code: 'bad-value',
      from: "if (kind === 1) return { type: 'inv', kind: 'tx',",
      to: "if (kind >= 1) return { type: 'inv', kind: 'tx',",
    },
    cap(
      'at most 256 transactions are asked for',
      "type: 'getTx', ids: r.list(GET_TX_MAX, readTxId)",
      "type: 'getTx', ids: r.list(GET_TX_MAX + 1, readTxId)",
    ),
    cap(
      'a coinbase in a compact block has at most 8,192 bytes',
      'coinbase: r.varbytes(TX_BYTES_MAX)',
      'coinbase: r.varbytes(TX_BYTES_MAX + 1)',
    ),
    cap(
      'a transaction in blockTxs has at most 8,192 bytes',
      '(reader) => reader.varbytes(TX_BYTES_MAX)',
      '(reader) => reader.varbytes(TX_BYTES_MAX + 1)',
    ),
    cap('a chunk has at most 262,208 bytes', 'r.varbytes(CHUNK_BYTES_MAX)', 'r.varbytes(CHUNK_BYTES_MAX + 1)'),
    cap(
      'a seal in a compact block has at most 65,536 bytes',
      'seal: r.varbytes(SEAL_BYTES_MAX)',
      'seal: r.varbytes(SEAL_BYTES_MAX + 1)',
    ),
    cap(
      'a seal beside a header has at most 65,536 bytes',
      'seal: reader.varbytes(SEAL_BYTES_MAX)',
      'seal: reader.varbytes(SEAL_BYTES_MAX + 1)',
    ),
  ]),
  ...rulesOf('src/core/wire-fields.ts', [
    {
      rule: 'headers asked for are not none',
      code: 'bad-value',
      from: "return count > 0 ? count : reader.fail('bad-value', 'a count of zero');",
      to: 'return count;',
    },
    {
      rule: 'chainwork has no leading zero',
      code: 'non-canonical',
      from: "return bytes[0] === 0 ? reader.fail('non-canonical', 'leading zero') : toBigInt(bytes);",
      to: 'return toBigInt(bytes);',
    },
    cap('chainwork has at most 32 bytes', 'reader.varbytes(32)', 'reader.varbytes(33)'),
    {
      rule: 'a user agent and a reason are printable ASCII',
      code: 'bad-value',
      from: "return PRINTABLE_ASCII.test(text) ? text : reader.fail('bad-value', 'not printable ASCII');",
      to: 'return text;',
    },
    {
      rule: 'positions are below 35,245',
      code: 'bad-value',
      from: 'if (index >= BLOCK_TXS_MAX)',
      to: 'if (index > BLOCK_TXS_MAX)',
    },
    cap('gaps of positions are at most 35,245', 'r.varint(BLOCK_TXS_MAX)', 'r.varint(2 * BLOCK_TXS_MAX)'),
    {
      rule: 'no position is there twice',
      code: 'bad-value',
      from: `    next = index + 1;
    return index;`,
      to: `    next = index;
    return index;`,
    },
    {
      rule: 'a part of a blob is of a known kind',
      code: 'bad-value',
      from: "return kind === 1 ? reader.varint(CHUNK_INDEX_MAX) : reader.fail('bad-value', `blob part ${kind}`);",
      to: 'return reader.varint(CHUNK_INDEX_MAX);',
    },
    cap(
      'the index of a chunk is at most 8,191',
      'reader.varint(CHUNK_INDEX_MAX)',
      'reader.varint(CHUNK_INDEX_MAX + 1)',
    ),
    {
      rule: 'a set of chunks is of a known kind',
      code: 'bad-value',
      from: 'if (kind !== 2)',
      to: 'if (false)',
    },
    cap(
      'a bitmap has at most 1,024 bytes',
      'reader.varbytes(BITMAP_BYTES_MAX)',
      'reader.varbytes(BITMAP_BYTES_MAX + 1)',
    ),
    {
      rule: 'a bitmap has no last byte of zero',
      code: 'non-canonical',
      from: "return bitmap.at(-1) === 0 ? reader.fail('non-canonical', 'bitmap with a zero last byte') : bitmap;",
      to: 'return bitmap;',
    },
  ]),
  ...rulesOf('src/core/compact-block.ts', [
    {
      rule: 'two transactions that share a short id count as none',
      code: 'bad-body-root',
      from: 'found.has(id) ? undefined : tx',
      to: 'tx',
    },
    {
      rule: 'a short id covers the block and the salt',
      from: "taggedHash('medmesh/short-id', blockHash, salt, encodedTx)",
      to: "taggedHash('medmesh/short-id', encodedTx)",
    },
    {
      rule: 'missing transactions come as many as asked for',
      code: 'bad-block-txs',
      from: 'if (answered.length !== missing.length)',
      to: 'if (answered.length < missing.length)',
    },
  ]),
];
