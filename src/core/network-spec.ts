/**
 * A network is its spec: a small document that the genesis block commits to, so that two specs never share a chain.
 * It comes from a preset, from a person who makes a network of their own, or in an invite from a stranger.
 */
import { compareBytes } from './bytes.ts';
import { decode, Writer, type DecodeCode, type Reader } from './codec.ts';
import { taggedHash } from './hash.ts';
import { NetworkId } from './ids.ts';
import { assert, reject, VALID, type Result, type Verdict } from './result.ts';
import { bitsFromTarget, targetFromBits } from './target.ts';
import { decodeUtf8, encodeUtf8, isPlainText } from './text.ts';

const SPEC_VERSION = 1;
const SPEC_BYTES_MAX = 4096;
const NAME_CHARACTERS_MAX = 40;
const NAME_BYTES_MAX = 80;
const MEMBER_KEY_BYTES = 33;
const MEMBERS_MAX = 64;

export type Consensus =
  | { readonly type: 'pow' }
  /** Public keys of the founding members, ascending, no two equal. */
  | { readonly type: 'committee'; readonly members: readonly Uint8Array[] };

export interface NetworkSpec {
  readonly version: typeof SPEC_VERSION;
  /** 1 to 40 characters, at most 80 bytes of UTF-8, one line of plain text. */
  readonly name: string;
  /** `lab`: for lessons, with made-up data. `records`: for people's own records. */
  readonly realm: 'lab' | 'records';
  readonly consensus: Consensus;
  /** Pace aimed at. */
  readonly blockIntervalS: number;
  /** Seconds ahead of the schedule that double the difficulty. */
  readonly halfLifeS: number;
  /** Easiest target allowed, compact; also the first one. */
  readonly powLimitBits: number;
  /** Grains a block creates for its miner. */
  readonly subsidy: bigint;
  /** Blocks until the subsidy halves. */
  readonly halvingBlocks: number;
  /** Blocks until a coinbase can be spent. */
  readonly maturityBlocks: number;
  /** One encoded block, header included. */
  readonly blockBytesMax: number;
  /** How far a block's time may run ahead of the clock of whoever receives it. */
  readonly futureCapS: number;
  /** Least work on the stamp of a transaction without a fee, leading zero bits. */
  readonly stampBits: number;
  /** Unix seconds; the schedule's zero. */
  readonly genesisTimeS: number;
}

export type SpecCode =
  | 'bad-name'
  | 'bad-members'
  | 'bad-interval'
  | 'bad-half-life'
  | 'bad-pow-limit'
  | 'bad-subsidy'
  | 'bad-halving'
  | 'bad-maturity'
  | 'bad-block-bytes'
  | 'bad-future-cap'
  | 'bad-stamp-bits'
  | 'bad-genesis-time';

const REALMS = ['lab', 'records'] as const;
const UINT32_MAX = 0xffff_ffff;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

type NumberField =
  | 'blockIntervalS'
  | 'halfLifeS'
  | 'halvingBlocks'
  | 'maturityBlocks'
  | 'blockBytesMax'
  | 'futureCapS'
  | 'stampBits'
  | 'genesisTimeS';

/** Least, most, and what a number outside is refused with. */
const RANGES: Readonly<Record<NumberField, readonly [number, number, SpecCode]>> = {
  blockIntervalS: [1, 3600, 'bad-interval'],
  halfLifeS: [1, 30 * 86_400, 'bad-half-life'],
  halvingBlocks: [1, UINT32_MAX, 'bad-halving'],
  maturityBlocks: [0, 1000, 'bad-maturity'],
  // Room for a coinbase and one transaction of the largest size; small enough to cross in one message.
  blockBytesMax: [16 * 1024, 2_000_000, 'bad-block-bytes'],
  futureCapS: [1, 7200, 'bad-future-cap'],
  stampBits: [0, 32, 'bad-stamp-bits'],
  genesisTimeS: [0, UINT32_MAX, 'bad-genesis-time'],
};

/** Judges a spec that somebody made or sent: what it allows must be something every node can keep to. */
export function checkSpec(spec: NetworkSpec): Verdict<SpecCode> {
  const characters = Array.from(spec.name).length;
  if (characters < 1 || characters > NAME_CHARACTERS_MAX || !isPlainText(spec.name)) return reject('bad-name');
  if (encodeUtf8(spec.name).length > NAME_BYTES_MAX) return reject('bad-name', `above ${NAME_BYTES_MAX} bytes`);
  if (spec.consensus.type === 'committee' && !areMembers(spec.consensus.members)) return reject('bad-members');
  for (const field of Object.keys(RANGES) as NumberField[]) {
    const [least, most, code] = RANGES[field];
    const value = spec[field];
    if (!Number.isInteger(value) || value < least || value > most) return reject(code, `${value}`);
  }
  // A faster half-life would swing by more than a factor of two between two blocks on schedule.
  if (spec.halfLifeS < spec.blockIntervalS) return reject('bad-half-life', `${spec.halfLifeS}`);
  if (targetFromBits(spec.powLimitBits) === undefined) return reject('bad-pow-limit', spec.powLimitBits.toString(16));
  // All the coins there will ever be stay below 2 * subsidy * halvingBlocks: sums of balances never overflow.
  if (spec.subsidy < 0n || 2n * spec.subsidy * BigInt(spec.halvingBlocks) > UINT64_MAX) return reject('bad-subsidy');
  return VALID;
}

/** Throws AssertionError on a spec that `checkSpec` refuses. */
export function encodeSpec(spec: NetworkSpec): Uint8Array {
  const verdict = checkSpec(spec);
  assert(verdict.ok, `network spec: ${verdict.ok ? '' : verdict.code}`);
  const writer = new Writer().u8(spec.version).varbytes(encodeUtf8(spec.name)).u8(REALMS.indexOf(spec.realm));
  if (spec.consensus.type === 'pow') writer.u8(0);
  else writer.u8(1).list(spec.consensus.members, (inner, member) => inner.bytes(member));
  return writer
    .varint(spec.blockIntervalS)
    .varint(spec.halfLifeS)
    .u32(spec.powLimitBits)
    .u64(spec.subsidy)
    .varint(spec.halvingBlocks)
    .varint(spec.maturityBlocks)
    .varint(spec.blockBytesMax)
    .varint(spec.futureCapS)
    .u8(spec.stampBits)
    .u32(spec.genesisTimeS)
    .finish();
}

export function decodeSpec(bytes: Uint8Array): Result<NetworkSpec, DecodeCode | SpecCode> {
  const decoded = decode(bytes, SPEC_BYTES_MAX, readSpec);
  if (!decoded.ok) return decoded;
  const verdict = checkSpec(decoded.value);
  return verdict.ok ? decoded : verdict;
}

export function networkIdOf(spec: NetworkSpec): NetworkId {
  return NetworkId.of(taggedHash('medmesh/network', encodeSpec(spec)));
}

/** Grains in one coin, as people count them. */
const GRAINS_PER_COIN = 100_000_000n;
/** What one tab does, about; the floor leaves it three blocks in the time of one, so that it keeps pace alone. */
const TAB_HASHES_PER_SECOND = 2_500_000n;

/** `classroom`: blocks while one watches. `open`: a longer-lived network. Both prove work. */
export function presetSpec(
  preset: 'classroom' | 'open',
  own: { readonly name: string; readonly genesisTimeS: number },
): NetworkSpec {
  const classroom = preset === 'classroom';
  const blockIntervalS = classroom ? 5 : 30;
  return {
    version: SPEC_VERSION,
    name: own.name,
    realm: 'lab',
    consensus: { type: 'pow' },
    blockIntervalS,
    halfLifeS: classroom ? 60 : 600,
    powLimitBits: bitsFromTarget((1n << 256n) / ((TAB_HASHES_PER_SECOND * BigInt(blockIntervalS)) / 3n)),
    subsidy: 50n * GRAINS_PER_COIN,
    halvingBlocks: 100_000,
    maturityBlocks: 6,
    blockBytesMax: 1_000_000,
    futureCapS: classroom ? 120 : 600,
    stampBits: 17,
    genesisTimeS: own.genesisTimeS,
  };
}

function readSpec(reader: Reader): NetworkSpec {
  const version = reader.u8();
  if (version !== SPEC_VERSION) reader.fail('bad-value', `network spec version ${version}`);
  const name = decodeUtf8(reader.varbytes(NAME_BYTES_MAX)) ?? reader.fail('bad-value', 'name is not UTF-8');
  const realm = REALMS[reader.u8()] ?? reader.fail('bad-value', 'unknown realm');
  return {
    version: SPEC_VERSION,
    name,
    realm,
    consensus: readConsensus(reader),
    blockIntervalS: reader.varint(),
    halfLifeS: reader.varint(),
    powLimitBits: reader.u32(),
    subsidy: reader.u64(),
    halvingBlocks: reader.varint(),
    maturityBlocks: reader.varint(),
    blockBytesMax: reader.varint(),
    futureCapS: reader.varint(),
    stampBits: reader.u8(),
    genesisTimeS: reader.u32(),
  };
}

function readConsensus(reader: Reader): Consensus {
  const tag = reader.u8();
  if (tag === 0) return { type: 'pow' };
  if (tag !== 1) reader.fail('bad-value', `unknown consensus ${tag}`);
  return { type: 'committee', members: reader.list(MEMBERS_MAX, (inner) => inner.bytes(MEMBER_KEY_BYTES)) };
}

function areMembers(members: readonly Uint8Array[]): boolean {
  if (members.length < 1 || members.length > MEMBERS_MAX) return false;
  return members.every(
    (member, i) => isCompressedKey(member) && (i === 0 || compareBytes(members[i - 1]!, member) < 0),
  );
}

/**
 * The shape of a compressed public key. Whether it is a point of the curve is its engine's matter: reading a spec is the
 * first thing a page does with a link, and must not need the curve for it.
 */
function isCompressedKey(bytes: Uint8Array): boolean {
  return bytes.length === MEMBER_KEY_BYTES && (bytes[0] === 2 || bytes[0] === 3);
}
