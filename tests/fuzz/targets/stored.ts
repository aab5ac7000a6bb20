/** What comes back from disks and browser storage: damaged, half written, or of somebody else. */
import fc from 'fast-check';
import { encodeJoined, parseJoined } from '../../../src/app/joined-networks.ts';
import { inviteTo, networkOf, parseNetworkDocument, type NetworkChoice } from '../../../src/app/network-choice.ts';
import { parseNetworkFile } from '../../../src/app/serve/network-file.ts';
import { parseCommand } from '../../../src/app/serve/cli.ts';
import { ServeFault } from '../../../src/app/serve/serve-fault.ts';
import { MANIFEST, parsePieceKey } from '../../../src/adapters/indexeddb/blob-rows.ts';
import {
  blockKey,
  openBlock,
  openTip,
  parseBlockKey,
  readUint32,
  rowNames,
  sealBlock,
  sealTip,
} from '../../../src/adapters/indexeddb/chain-rows.ts';
import { intactPayload, openRow, ROW_OVERHEAD_BYTES, sealRow } from '../../../src/adapters/indexeddb/row-checksum.ts';
import { BlockSegment, openHeaders, packBlocks, packHeaders } from '../../../src/adapters/indexeddb/segments.ts';
import { decodeVaultRecord, encodeVaultRecord, type VaultRecord } from '../../../src/adapters/vault/vault-record.ts';
import { HEADER_BYTES } from '../../../src/core/header.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import { networkIdOf } from '../../../src/core/network-spec.ts';
import { accept, reject } from '../../../src/core/result.ts';
import { encodeSpec } from '../../../src/core/network-spec.ts';
import { toBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { StoreFault } from '../../../src/node/ports.ts';
import { SealedRows } from '../../../src/node/sealed-rows.ts';
import { bytes, filler, fillerUpTo, uint } from '../../support/arbitrary-bytes.ts';
import { blobId, blockHash, networkSpec } from '../../support/chain-values.ts';
import { networkEntry } from '../../support/health-values.ts';
import { Seeded } from '../../support/seeded.ts';
import { SyncCipher } from '../../support/sync-cipher.ts';
import { asDrawn, codecTarget, parserTarget } from '../engine/decoder-target.ts';
import { bytesMedium, textMedium } from '../engine/medium.ts';
import { fromOptional, fromThrown } from '../engine/refusals.ts';

const HASHES = Array.from({ length: 8 }, (_, i) => BlockHash.of(new Seeded(i).bytes(32)));
const [HASH] = HASHES as [BlockHash];
const tip = fc.record({ hash: blockHash, height: uint(32), accumulator: filler(2048) });
const storedBlock = fc.record({
  hash: fc.constant(HASH),
  height: uint(32),
  header: filler(HEADER_BYTES),
  body: fillerUpTo(600),
});

/** A row's name is part of its checksum; what is in it may still be anything. */
const payloadOf = (row: Uint8Array) => row.slice(ROW_OVERHEAD_BYTES);

const HEADER_RANGE = [5, 7] as const;
const BLOCK_RANGE = [0, 9] as const;

const vaultRecord: fc.Arbitrary<VaultRecord> = fc.record({
  wrapping: fc.oneof(
    fc.constant({ mode: 'device' as const }),
    fc.record({
      mode: fc.constant('passphrase' as const),
      salt: bytes(16),
      cost: fc.record({
        memoryKiB: fc.integer({ min: 8 * 16, max: 1024 * 1024 }),
        iterations: fc.integer({ min: 1, max: 64 }),
        parallelism: fc.integer({ min: 1, max: 16 }),
      }),
    }),
  ),
  nonce: bytes(12),
  sealed: fc.oneof(filler(32), filler(48)),
});

/** The person's rows over a store that holds one of them. */
function rowsOver(stored: Map<string, Uint8Array>): SealedRows {
  const store = {
    loadAll: async () => ({ rows: stored, damaged: [] }),
    write: async (rows: ReadonlyMap<string, Uint8Array | null>) => {
      for (const [key, row] of rows) if (row) stored.set(key, row);
    },
    close: async () => undefined,
  };
  const rng = { bytes: (length: number) => new Seeded(length).bytes(length) };
  return new SealedRows({ rows: store, cipher: new SyncCipher(), rng }, new Uint8Array(32).fill(3));
}

const STORE_KEY = Buffer.from(new Seeded(16).bytes(16)).toString('hex');

const pieceKey = fc.record({
  id: blobId,
  index: fc.oneof(fc.constant(MANIFEST), uint(16)),
  bytes: uint(32),
});

const joinedNetworks = fc
  .uniqueArray(fc.record({ network: networkEntry, usedAtMs: fc.maxSafeNat() }), {
    maxLength: 4,
    selector: ({ network }) => networkIdOf(network.spec),
  })
  .map((entries) =>
    entries
      .map(({ network, usedAtMs }) => ({
        ...network,
        spec: { ...network.spec, consensus: { type: 'pow' as const } },
        usedAtMs,
      }))
      .map((network) => ({ ...network, id: networkIdOf(network.spec) }))
      .sort((a, b) => b.usedAtMs - a.usedAtMs),
  );

const networkFile = fc
  .record({ preset: fc.constantFrom('classroom', 'open'), spec: networkSpec, roomSecret: bytes(16) })
  .map(({ preset, spec, roomSecret }) =>
    JSON.stringify({
      preset,
      spec: toBase64url(encodeSpec(spec)),
      roomSecret: toBase64url(roomSecret),
      relays: ['wss://relay.example.org/relay'],
    }),
  );

export const storedTargets = [
  codecTarget({
    name: 'row',
    covers: [openRow, intactPayload],
    medium: bytesMedium,
    valid: fillerUpTo(300),
    encode: (payload) => sealRow('row', payload),
    decode: (row) => fromThrown(StoreFault, () => openRow('row', row)),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'tip-row',
    covers: [openTip, readUint32],
    medium: bytesMedium,
    valid: tip,
    encode: (value) => payloadOf(sealTip(value)),
    decode: (payload) => fromThrown(StoreFault, () => openTip(sealRow(rowNames.tip, payload))),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'block-row',
    covers: [openBlock],
    medium: bytesMedium,
    valid: storedBlock,
    encode: (value) => payloadOf(sealBlock(value)),
    decode: (payload) => fromThrown(StoreFault, () => openBlock(HASH, sealRow(rowNames.block(HASH), payload))),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'header-segment',
    covers: [openHeaders],
    medium: bytesMedium,
    valid: fc.array(filler(32 + HEADER_BYTES), { minLength: 3, maxLength: 3 }) as fc.Arbitrary<readonly Uint8Array[]>,
    encode: (records) => payloadOf(packHeaders(HEADER_RANGE, records)),
    decode: (payload) => fromOptional(openHeaders(HEADER_RANGE, sealRow(rowNames.headers(...HEADER_RANGE), payload))),
    form: 'canonical',
    max: 3 * (32 + HEADER_BYTES),
    weight: 0.5,
  }),
  codecTarget({
    name: 'block-segment',
    covers: [BlockSegment.open],
    medium: bytesMedium,
    valid: fc
      .subarray(HASHES)
      .chain((hashes) =>
        fc
          .array(fillerUpTo(80), { minLength: hashes.length, maxLength: hashes.length })
          .map((rows) => hashes.map((hash, i) => ({ hash, height: HASHES.indexOf(hash), row: rows[i]! }))),
      ),
    encode: (rows) => packBlocks(BLOCK_RANGE, rows),
    decode: (segment) => {
      const opened = BlockSegment.open(BLOCK_RANGE, segment);
      return fromOptional(
        opened &&
          HASHES.flatMap((hash, height) => {
            const row = opened.find(hash);
            return row ? [{ hash, height, row }] : [];
          }),
      );
    },
    // Rows keep their damage, and lengths of damaged rows are as they were.
    form: 'lenient',
    max: Infinity,
  }),
  codecTarget({
    name: 'block-key',
    covers: [parseBlockKey],
    medium: textMedium,
    valid: fc.record({ height: uint(32), hash: blockHash }),
    encode: ({ height, hash }) => blockKey(height, hash),
    decode: (key) => fromOptional(parseBlockKey(key)),
    form: 'canonical',
    max: 72,
    weight: 0.5,
  }),
  parserTarget({
    name: 'piece-key',
    covers: [parsePieceKey],
    medium: textMedium,
    valid: pieceKey,
    encode: ({ id, index, bytes: length }) => JSON.stringify([id, index, length]),
    // A database returns keys of any shape that IndexedDB knows; JSON stands for them.
    decode: (text) => fromOptional(parsePieceKey(parsedOr(text) as IDBValidKey)),
    max: Infinity,
    weight: 0.5,
  }),
  codecTarget({
    name: 'vault-record',
    covers: [decodeVaultRecord],
    medium: bytesMedium,
    valid: vaultRecord,
    encode: encodeVaultRecord,
    decode: decodeVaultRecord,
    form: 'canonical',
    max: 256,
  }),
  codecTarget({
    name: 'person-row',
    covers: [SealedRows.prototype.load],
    medium: bytesMedium,
    valid: fc.record({
      name: fc.string({ minLength: 1, maxLength: 20 }),
      value: fc.dictionary(fc.string(), fc.integer()),
    }),
    encode: async ({ name, value }) => {
      const stored = new Map<string, Uint8Array>();
      await rowsOver(stored).write(new Map([[name, value]]));
      return stored.get(STORE_KEY)!;
    },
    decode: async (row) => {
      const { rows } = await rowsOver(new Map([[STORE_KEY, row]])).load();
      const [entry] = rows;
      return entry ? accept({ name: entry[0], value: entry[1] as Record<string, number> }) : reject('damaged');
    },
    form: 'canonical',
    max: Infinity,
    weight: 0.5,
  }),
  codecTarget({
    name: 'joined-networks',
    covers: [parseJoined],
    medium: textMedium,
    valid: joinedNetworks,
    encode: encodeJoined,
    decode: (text) => accept(parseJoined(text)),
    form: 'lenient',
    max: Infinity,
    weight: 0.2,
  }),
  codecTarget({
    name: 'stored-network',
    covers: [networkOf],
    medium: textMedium,
    valid: networkEntry.map((entry) => ({ ...entry, spec: { ...entry.spec, consensus: { type: 'pow' as const } } })),
    encode: inviteTo,
    decode: (text) => fromOptional(networkOf(text)),
    form: 'lenient',
    max: Infinity,
    weight: 0.3,
  }),
  parserTarget({
    name: 'network-file',
    covers: [parseNetworkFile],
    medium: textMedium,
    valid: networkFile,
    encode: asDrawn,
    decode: (text) => fromOptional(parseNetworkFile(text)),
    max: Infinity,
    weight: 0.5,
  }),
  codecTarget({
    name: 'network-document',
    covers: [parseNetworkDocument],
    medium: textMedium,
    valid: networkEntry as fc.Arbitrary<NetworkChoice>,
    encode: ({ spec, roomSecret, relays }) =>
      JSON.stringify({ spec: toBase64url(encodeSpec(spec)), roomSecret: toBase64url(roomSecret), relays }),
    decode: (text) => {
      const network = parseNetworkDocument(text);
      // The page remembers it as an invite.
      if (network) inviteTo(network);
      return fromOptional(network);
    },
    form: 'lenient',
    max: Infinity,
    weight: 0.5,
  }),
  parserTarget({
    name: 'command-line',
    covers: [parseCommand],
    medium: textMedium,
    valid: fc.constantFrom(
      '--port 8080',
      '--help',
      '--lan --name Room --network open',
      '--public-url https://a.example/',
    ),
    encode: asDrawn,
    decode: (line) => fromThrown(ServeFault, () => parseCommand(line.split(' '))),
    max: Infinity,
    weight: 0.1,
  }),
];

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (fault) {
    if (fault instanceof SyntaxError) return text;
    throw fault;
  }
}
