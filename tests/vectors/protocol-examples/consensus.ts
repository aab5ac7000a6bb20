/** Examples of docs/PROTOCOL.md. */
import { accountOf, formatAddress } from '../../../src/core/account.ts';
import { asertTarget, idleAfter, nextBits } from '../../../src/core/asert.ts';
import { encodeBlock, encodeBody } from '../../../src/core/block.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { decode, Writer } from '../../../src/core/codec.ts';
import { publicKeyOf, sign, verify } from '../../../src/core/ecdsa.ts';
import { sha256, taggedHash } from '../../../src/core/hash.ts';
import { encodeHeader, hashHeader } from '../../../src/core/header.ts';
import { AccountId, BlockHash, NetworkId, StateKey, TxId, type SlotId } from '../../../src/core/ids.ts';
import { medianTimePast, type IndexedHeader } from '../../../src/core/indexed-header.ts';
import { Accumulation, emptyAccumulator, stateRootOf } from '../../../src/core/lthash.ts';
import { merkleRoot } from '../../../src/core/merkle.ts';
import { encodeSpec, networkIdOf } from '../../../src/core/network-spec.ts';
import { assert } from '../../../src/core/result.ts';
import { stampBitsOf } from '../../../src/core/stamp.ts';
import { bitsFromTarget, targetFromBits, workOf } from '../../../src/core/target.ts';
import { decodeUtf8, encodeUtf8, isPlainText } from '../../../src/core/text.ts';
import {
  encodeTransaction,
  encodeTransactionBody,
  signatureDigest,
  txIdOf,
  type Transaction,
} from '../../../src/core/transaction.ts';
import { subsidyAt } from '../../../src/ledger/coinbase.ts';
import { accountKey, identityKey, slotKey } from '../../../src/ledger/state-keys.ts';
import { example, fields, plain, row, type Examples, type Field } from './format.ts';
import {
  BLOCK_1,
  CLINIC,
  COINBASE,
  CREATE,
  ENGINE,
  fill,
  GENESIS,
  GENESIS_HASH,
  IDENTITY,
  INDEXED_1,
  keyOf,
  MINER,
  SLOT_ID,
  SPEC,
  STATE_1,
  stateAfter,
  TRANSFER,
  TRANSFER_HEIGHT,
  UPDATE,
} from './sample-chain.ts';

const hex64 = (value: bigint) => value.toString(16).padStart(64, '0');
const bitsHex = (bits: number) => bits.toString(16).padStart(8, '0');

function varints(): string {
  const values = [0, 1, 127, 128, 300, 16_383, 16_384, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER];
  return example(values.map((value) => row(new Writer().varint(value).finish(), `${value}`)));
}

function varintsRefused(): string {
  const cases: [string, string][] = [
    ['', 'no byte'],
    ['80', 'ends within'],
    ['8000', '0 in two bytes'],
    ['ffffffffffffff10', '2^53 and more'],
    ['808080808080808001', 'nine bytes'],
    ['0000', 'a byte left over'],
    ['8101', '129, where at most 128 is allowed'],
  ];
  return example(
    cases.map(([hex, why]) => {
      const verdict = decode(fromHex(hex)!, 16, (reader) => reader.varint(why.includes('128') ? 128 : undefined));
      return row(hex, `${verdict.ok ? 'accepted' : verdict.code}: ${why}`);
    }),
  );
}

function texts(): string {
  return example(
    ['Example', 'Clínica 医院', ''].map((text) => row(new Writer().varbytes(encodeUtf8(text)).finish(), `"${text}"`)),
  );
}

function plainTexts(): string {
  const cases: [string, string][] = [
    ['636166c3a9', 'café'],
    ['63616665cc81', 'a combining accent'],
    ['6120', 'a space at the end'],
    ['61c2a0', 'a no-break space at the end'],
    ['610a62', 'a line end'],
    ['61e280ae62', 'U+202E'],
    ['61e2808b62', 'U+200B'],
    ['61e2808d62', 'U+200D'],
    ['61e385a462', 'U+3164'],
    ['61f3a081a1', 'U+E0061'],
    ['efbbbf61', 'a byte-order mark'],
    ['c0af', 'an overlong form'],
    ['eda080', 'a surrogate'],
  ];
  return example(
    cases.map(([hex, what]) => {
      const text = decodeUtf8(fromHex(hex)!);
      return row(hex, `${text === undefined ? 'not UTF-8' : isPlainText(text) ? 'plain' : 'not plain'}: ${what}`);
    }),
  );
}

function taggedHashes(): string {
  return example([
    row(sha256(encodeUtf8('medmesh/txid')), "SHA-256('medmesh/txid')"),
    row(taggedHash('medmesh/txid'), "tagged('medmesh/txid')"),
    row(taggedHash('medmesh/txid', Uint8Array.of(1, 2), Uint8Array.of(3)), "tagged('medmesh/txid', 0102, 03)"),
  ]);
}

function signature(): string {
  const digest = fill(0x02, 32);
  const signed = sign(digest, MINER.secret);
  assert(verify(digest, signed, MINER.publicKey), 'own signature');
  return example(
    [row(MINER.secret, 'secret key'), row(digest, 'digest z'), row(MINER.publicKey, 'public key P')],
    fields(signed, [32, 'r'], [32, 's'], [1, "parity of R's y"]),
  );
}

function account(): string {
  return example([
    row(MINER.publicKey, 'public key of 01 * 32'),
    row(taggedHash('medmesh/account', MINER.publicKey), "tagged('medmesh/account', …)"),
    row(AccountId.toBytes(accountOf(MINER.publicKey)), 'account'),
    row(formatAddress(accountOf(MINER.publicKey)), 'address'),
  ]);
}

function spec(): string {
  const encoded = encodeSpec(SPEC);
  return example(
    fields(
      encoded,
      [1, 'version'],
      [8, 'name "Example"'],
      [1, 'realm lab'],
      [1, 'proof of work'],
      [1, 'blockIntervalS 5'],
      [1, 'halfLifeS 60'],
      [4, 'powLimitBits'],
      [8, 'subsidy 5,000,000,000'],
      [3, 'halvingBlocks 100,000'],
      [1, 'maturityBlocks 6'],
      [3, 'blockBytesMax 1,000,000'],
      [1, 'futureCapS 120'],
      [1, 'stampBits 17'],
      [4, 'genesisTimeS 1,700,000,000'],
    ),
    [row(NetworkId.toBytes(networkIdOf(SPEC)), 'network id')],
  );
}

function headerFields(encoded: Uint8Array, prevHash: string) {
  return fields(
    encoded,
    [2, 'version'],
    [2, 'extraNonce'],
    [32, `prevHash: ${prevHash}`],
    [32, 'bodyRoot'],
    [32, 'stateRoot'],
    [4, 'timeS'],
    [4, 'bits'],
    [4, 'nonce'],
  );
}

function genesis(): string {
  return example(headerFields(encodeHeader(GENESIS), 'network id'), [
    row(BlockHash.toBytes(GENESIS_HASH), 'hash: genesis hash'),
    row(hex64(INDEXED_1.parent!.chainwork), 'work'),
  ]);
}

function header(): string {
  return example(headerFields(encodeHeader(BLOCK_1.header), 'genesis'), [
    row(hashHeader(BLOCK_1.header), 'hash'),
    row(hex64(targetFromBits(BLOCK_1.header.bits)!), 'target'),
    row(hex64(INDEXED_1.chainwork), 'chainwork'),
  ]);
}

function medians(): string {
  const cases = [[0], [0, 5], [0, 5, 3], [0, 9, 2, 7, 4, 6, 8, 1, 3, 5, 11, 10]];
  return plain(
    ...cases.map((times) => {
      let at: IndexedHeader | undefined;
      for (const timeS of times) at = { timeS, parent: at } as IndexedHeader;
      return `${times.join(' ')}: ${medianTimePast(at!)}`;
    }),
  );
}

function compactBits(): string {
  const cases = [
    '1e0406ca',
    '1d00ffff',
    '207fffff',
    '21008000',
    '01010000',
    '02008000',
    '00000000',
    '01000000',
    '01810000',
    '1d000fff',
    '20800000',
    '21010000',
    '22000100',
  ];
  return example(
    cases.map((hex) => {
      const target = targetFromBits(parseInt(hex, 16));
      return row(target === undefined ? 'refused' : hex64(target), hex);
    }),
  );
}

function compactFromTarget(): string {
  const targets = [1n, 0x7fn, 0x80n, 0x7fffffn, 0x800000n, 0x123456789an, 2n ** 255n, 2n ** 256n - 1n];
  return example(targets.map((target) => row(bitsHex(bitsFromTarget(target)), `0x${target.toString(16)}`)));
}

/** The rule as the document gives it, in one go; the code must come to the same. */
function schedule(): string {
  const limit = targetFromBits(SPEC.powLimitBits)!;
  const cases: [height: number, sinceGenesisS: number, parentIdleS: number][] = [
    [0, 0, 0],
    [12, 0, 0],
    [10, 33, 0],
    [10, 95, 0],
    [11, 95, 45],
    [1_000, 40, 0],
    [40_000, 0, 0],
  ];
  return plain(
    ...cases.flatMap(([height, sinceGenesisS, parentIdleS]) => {
      const block = { height, timeS: SPEC.genesisTimeS + sinceGenesisS };
      const behind = sinceGenesisS - height * SPEC.blockIntervalS;
      const idleS = idleAfter(SPEC, parentIdleS, block);
      const late = behind - idleS;
      const exponent = (BigInt(late) * 65_536n) / BigInt(SPEC.halfLifeS);
      const shifts = exponent >> 16n;
      const x = exponent - (shifts << 16n);
      const factor =
        65_536n + ((195_766_423_245_049n * x + 971_821_376n * x * x + 5_127n * x * x * x + 2n ** 47n) >> 48n);
      const up = shifts - 16n;
      const exact = up < 0n ? (limit * factor) >> -up : (limit * factor) << up;
      const target = exact === 0n ? 1n : exact > limit ? limit : exact;
      assert(target === asertTarget(limit, late, SPEC.halfLifeS, limit), `the document's rule at height ${height}`);
      const bits = nextBits(SPEC, { ...block, idleS });
      return [
        `height ${height}, timeS genesis + ${sinceGenesisS}, idle of the parent ${parentIdleS}`,
        `  behind ${behind}, idle ${idleS}, late ${late}`,
        `  exponent ${exponent}, shifts ${shifts}, x ${x}, factor ${factor}`,
        `  target ${hex64(target)}`,
        `  bits   ${bitsHex(bits)}`,
        `  work   ${hex64(workOf(targetFromBits(bits)!))}`,
      ];
    }),
  );
}

function merkle(): string {
  const [one, two, three] = BLOCK_1.body.transactions.map(encodeTransaction);
  const leaves = [one!, two!, three!];
  const leaf = (bytes: Uint8Array) => merkleRoot([bytes]);
  return example(
    [row(leaf(one!), 'leaf 1: coinbase'), row(leaf(two!), 'leaf 2: identity'), row(leaf(three!), 'leaf 3: seal')],
    [0, 1, 2, 3].map((count) => row(merkleRoot(leaves.slice(0, count)), `root of ${count}`)),
  );
}

/** Fields before and after the payload's, which are given. */
function transactionRows(tx: Transaction, payload: readonly Field[]) {
  const varint = (value: number) => new Writer().varint(value).finish().length;
  return fields(
    encodeTransaction(tx),
    [1, 'version'],
    [1, `kind ${tx.kind}`],
    [33, 'sender'],
    [varint(tx.accountNonce), `accountNonce ${tx.accountNonce}`],
    [8, `fee ${tx.fee}`],
    [varint(tx.expiryHeight), `expiryHeight ${tx.expiryHeight}`],
    [varint(tx.payload.length), `payload, ${tx.payload.length} bytes`],
    ...payload,
    [8, 'stamp'],
    [65, 'signature'],
  );
}

function derivedRows(tx: Transaction) {
  const signed = signatureDigest(tx, GENESIS_HASH);
  assert(verify(signed, tx.signature, tx.sender), 'signed');
  const zero = encodeTransactionBody({ ...tx, stamp: new Uint8Array(8) });
  const prefix = taggedHash('medmesh/stamp', BlockHash.toBytes(GENESIS_HASH), zero);
  const stampRows = [
    row(prefix, 'prefix of the stamp'),
    row(sha256(Uint8Array.from([...prefix, ...tx.stamp])), `${stampBitsOf(tx, GENESIS_HASH)} zero bits`),
  ];
  return [row(TxId.toBytes(txIdOf(tx)), 'txid'), row(signed, 'signed digest'), ...(tx.fee > 0n ? [] : stampRows)];
}

function coinbase(): string {
  const rows = transactionRows(COINBASE, [
    [8, 'amount 5,000,000,000'],
    [1, 'extra: none'],
  ]);
  return example(rows, [row(TxId.toBytes(txIdOf(COINBASE)), 'txid')]);
}

function transfer(): string {
  const rows = transactionRows(TRANSFER, [
    [20, 'to: account of 02 * 32'],
    [8, 'amount 150,000,000'],
  ]);
  return example(rows, derivedRows(TRANSFER));
}

function identity(): string {
  const rows = transactionRows(IDENTITY, [
    [16, 'name "Clínica 医院"'],
    [1, 'role clinic'],
    [1216, 'encryptionKey'],
    [33, 'scanKey: key of 03 * 32'],
  ]);
  return example(rows, derivedRows(IDENTITY));
}

function sealCreate(): string {
  const rows = transactionRows(CREATE, [
    [1, 'create'],
    [33, 'ownerKey: key of 05 * 32'],
    [32, 'docHash'],
    [1, 'sizeBucket'],
    [41, 'hint'],
  ]);
  return example(rows, [...derivedRows(CREATE), row(slotBytes(SLOT_ID), 'slotId')]);
}

function sealUpdate(): string {
  const rows = transactionRows(UPDATE, [
    [1, 'update'],
    [32, 'slotId'],
    [1, 'version 2'],
    [32, 'docHash'],
    [1, 'sizeBucket 14'],
    [41, 'hint'],
  ]);
  return example(rows, derivedRows(UPDATE));
}

function slotBytes(slotId: SlotId): Uint8Array {
  return fromHex(slotId)!;
}

function block(): string {
  const encoded = encodeBlock(BLOCK_1);
  const [one, two, three] = BLOCK_1.body.transactions.map(encodeTransaction);
  return example(
    fields(
      encoded,
      [encodeHeader(BLOCK_1.header), 'header', 'header'],
      [1, 'seal: none'],
      [1, '3 transactions'],
      [2, `${one!.length} bytes`],
      [one!, 'coinbase', 'coinbase'],
      [2, `${two!.length} bytes`],
      [two!, 'identity', 'identity'],
      [2, `${three!.length} bytes`],
      [three!, 'seal', 'seal-create'],
    ),
    [
      row(`${encoded.length}`, 'bytes of the block'),
      row(sha256(encodeBody(BLOCK_1.body)), 'SHA-256 of the body'),
      row(sha256(encoded), 'SHA-256 of the block'),
    ],
  );
}

function subsidies(): string {
  const heights = [0, 1, 99_999, 100_000, 199_999, 200_000, 3_200_000, 3_300_000];
  return example(heights.map((height) => row(`${subsidyAt(SPEC, height)}`, `at height ${height}`)));
}

function stateRows(key: StateKey, value: Uint8Array, ofKey: string, ...ofValue: readonly Field[]) {
  const bytes = StateKey.toBytes(key);
  return [...fields(bytes, [1, 'key: namespace'], [bytes.length - 1, `key: ${ofKey}`]), ...fields(value, ...ofValue)];
}

const valueIn1 = (key: StateKey) => STATE_1.changes.get(key)!.after!;

function state(): string {
  const [miner, clinic] = [accountKey(MINER.account), accountKey(CLINIC.account)];
  assert(STATE_1.changes.size === 4, 'block 1 makes four entries');
  return example(
    stateRows(
      miner,
      valueIn1(miner),
      'account of 01 * 32',
      [8, 'balance 0'],
      [1, 'accountNonce 0'],
      [1, 'one immature'],
      [1, 'matureHeight 7'],
      [8, 'amount 5,000,000,000'],
    ),
    stateRows(
      clinic,
      valueIn1(clinic),
      'account of 02 * 32',
      [8, 'balance 0'],
      [1, 'accountNonce 1'],
      [1, 'none immature'],
    ),
    stateRows(
      identityKey(CLINIC.account),
      valueIn1(identityKey(CLINIC.account)),
      'account of 02 * 32',
      [IDENTITY.payload, 'payload', 'payload of identity'],
      [33, 'publicKey'],
      [1, 'height 1'],
    ),
    stateRows(
      slotKey(SLOT_ID),
      valueIn1(slotKey(SLOT_ID)),
      'slotId',
      [33, 'ownerKey'],
      [1, 'version 1'],
      [32, 'docHash'],
      [1, 'sizeBucket 0'],
      [41, 'hint'],
      [1, 'height 1'],
    ),
  );
}

function stateAfterTransfer(): string {
  const read = stateAfter({ tx: TRANSFER, height: TRANSFER_HEIGHT });
  const rows = (who: { account: AccountId }, name: string, balance: string) =>
    stateRows(
      accountKey(who.account),
      read(accountKey(who.account))!,
      `account of ${name}`,
      [8, `balance ${balance}`],
      [1, 'accountNonce 1'],
      [1, 'none immature'],
    );
  return example(rows(MINER, '01 * 32', '4,849,998,000'), rows(CLINIC, '02 * 32', '150,000,000'));
}

function stateAfterUpdate(): string {
  const value = stateAfter({ tx: UPDATE, height: 200 })(slotKey(SLOT_ID))!;
  return example(
    stateRows(
      slotKey(SLOT_ID),
      value,
      'slotId',
      [33, 'ownerKey'],
      [1, 'version 2'],
      [32, 'docHash'],
      [1, 'sizeBucket 14'],
      [41, 'hint'],
      [2, 'height 200'],
    ),
  );
}

function stateRoots(): string {
  const key = accountKey(MINER.account);
  const one = new Accumulation(emptyAccumulator()).add(StateKey.toBytes(key), valueIn1(key)).bytes();
  const element = new Writer().varbytes(StateKey.toBytes(key)).bytes(valueIn1(key)).finish();
  const all = new Accumulation(emptyAccumulator());
  for (const [each, { after }] of STATE_1.changes) all.add(StateKey.toBytes(each), after!);
  assert(toHex(all.bytes()) === toHex(STATE_1.accumulator), 'the accumulator is the sum of its elements');
  return example(
    [row(stateRootOf(emptyAccumulator()), 'stateRoot of nothing')],
    [
      ...fields(element, [1, 'length of the key'], [21, 'key'], [19, 'value']),
      row(one.slice(0, 32), 'first 16 of 1,024 lanes'),
      row(one.slice(-32), 'last 16 lanes'),
      row(sha256(one), 'SHA-256 of the accumulator'),
      row(stateRootOf(one), 'stateRoot of this pair alone'),
    ],
    [
      row(STATE_1.accumulator.slice(0, 32), 'all four pairs: first 16 lanes'),
      row(sha256(STATE_1.accumulator), 'SHA-256 of the accumulator'),
      row(stateRootOf(STATE_1.accumulator), 'stateRoot'),
    ],
  );
}

function keys(): string {
  return example(
    [0x01, 0x02, 0x03, 0x04, 0x05].map((byte) =>
      row(publicKeyOf(keyOf(byte).secret), `secret ${toHex(fill(byte, 1))} * 32`),
    ),
  );
}

assert(ENGINE.workOf(GENESIS) === INDEXED_1.parent!.chainwork, 'genesis counts');

export const CONSENSUS: Examples = {
  varint: varints(),
  'varint-refused': varintsRefused(),
  text: texts(),
  'plain-text': plainTexts(),
  'tagged-hash': taggedHashes(),
  signature: signature(),
  keys: keys(),
  account: account(),
  'network-spec': spec(),
  genesis: genesis(),
  header: header(),
  'median-time': medians(),
  'compact-target': compactBits(),
  'target-compact': compactFromTarget(),
  schedule: schedule(),
  merkle: merkle(),
  coinbase: coinbase(),
  transfer: transfer(),
  identity: identity(),
  'seal-create': sealCreate(),
  'seal-update': sealUpdate(),
  subsidy: subsidies(),
  state: state(),
  'state-transfer': stateAfterTransfer(),
  'state-update': stateAfterUpdate(),
  'state-root': stateRoots(),
  block: block(),
};
