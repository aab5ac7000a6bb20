/**
 * What a link or a QR code carries: the way into a network, and perhaps a grant or a request. It sits in the URL's
 * fragment, which browsers never send to a server, as `#/j/<base64url>` of
 *
 *   version u8 = 1 | kind u8 | spec varbytes | roomSecret 16 | relays, a list of varbytes | by kind | checksum 4
 *
 *   share:    slotId 32 | seed 32 | untilS varint
 *   request:  organisation 20 | requestId 8 | wants varbytes | purpose u8 | untilS varint
 *
 * The checksum is the first bytes of a tagged hash of all before it, in every version to come: damage is told apart from
 * what a newer program made. The page reads links before anything else is loaded, so this file imports little.
 */
import { base64urlnopad } from '@scure/base';
import { abytes, concatBytes, equalBytes } from '../core/bytes.ts';
import { decode, Writer, type Reader } from '../core/codec.ts';
import { taggedHash } from '../core/hash.ts';
import { AccountId, SlotId } from '../core/ids.ts';
import { decodeSpec, encodeSpec, type NetworkSpec } from '../core/network-spec.ts';
import { accept, assert, reject, type Result } from '../core/result.ts';
import { PURPOSES, type Purpose } from './purpose.ts';
import { readText, writeText } from './text-fields.ts';
import { isTimeS, TIME_S_MAX } from './time-s.ts';

export const ROOM_SECRET_BYTES = 16;
const LINK_SEED_BYTES = 32;
/** Chosen at random by the organisation that asks; tells it which of its requests a capsule answers. */
export const REQUEST_ID_BYTES = 8;
/** What an organisation asks for, in its own words, UTF-8. */
export const WANTS_BYTES_MAX = 120;
export const LINK_RELAYS_MAX = 4;
const RELAY_BYTES_MAX = 200;

const LINK_VERSION = 1;
const KINDS = ['invite', 'share', 'request'] as const;
const CHECKSUM_BYTES = 4;
/** A spec with all the committee members it may have. */
const SPEC_BYTES_MAX = 4096;
const LINK_BYTES_MAX = SPEC_BYTES_MAX + 2048;
const LINK_CHARACTERS_MAX = 2 * LINK_BYTES_MAX;

interface NetworkEntry {
  readonly spec: NetworkSpec;
  /** ROOM_SECRET_BYTES: names the room at the relay and seals what passes through it. */
  readonly roomSecret: Uint8Array;
  /** `ws:` or `wss:` addresses, at most LINK_RELAYS_MAX of RELAY_BYTES_MAX; none: the relay of the page's own origin. */
  readonly relays: readonly string[];
}

export interface InviteLink extends NetworkEntry {
  readonly kind: 'invite';
}

/** Whoever has it can read until the grant ends. */
export interface ShareLink extends NetworkEntry {
  readonly kind: 'share';
  /** The capsule's slot. */
  readonly slotId: SlotId;
  /** LINK_SEED_BYTES: the bearer's keys grow from it (bearer.ts). */
  readonly seed: Uint8Array;
  /** When the grant ends, Unix seconds: whoever comes too late learns it from the link, for nobody serves the capsule. */
  readonly untilS: number;
}

export interface RequestLink extends NetworkEntry {
  readonly kind: 'request';
  readonly organisation: AccountId;
  /** REQUEST_ID_BYTES. */
  readonly requestId: Uint8Array;
  /** One line of plain text, at most WANTS_BYTES_MAX. */
  readonly wants: string;
  readonly purpose: Purpose;
  /** Unix seconds. */
  readonly untilS: number;
}

export type Link = InviteLink | ShareLink | RequestLink;

export type LinkCode =
  /** No link of ours, or cut off, mistyped, changed. */
  | 'link-damaged'
  /** Whole, but of a version or kind that only a newer program knows. */
  | 'link-unknown-version'
  /** Whole, but for a network whose rules this program does not know. */
  | 'network-unsupported';

/** The URL's fragment without `#/`: `j/<base64url>`. The caller has checked texts and relays. */
export function encodeLink(link: Link): string {
  const writer = new Writer()
    .u8(LINK_VERSION)
    .u8(KINDS.indexOf(link.kind))
    .varbytes(encodeSpec(link.spec))
    .bytes(abytes(link.roomSecret, ROOM_SECRET_BYTES, 'room secret'));
  assert(link.relays.length <= LINK_RELAYS_MAX && link.relays.every(isRelayAddress), 'relay addresses');
  writer.list(link.relays, (inner, relay) => writeText(inner, relay, RELAY_BYTES_MAX));
  if (link.kind === 'share') {
    writer.bytes(SlotId.toBytes(link.slotId)).bytes(abytes(link.seed, LINK_SEED_BYTES, 'seed'));
    writeTimeS(writer, link.untilS);
  } else if (link.kind === 'request') {
    writer.bytes(AccountId.toBytes(link.organisation)).bytes(abytes(link.requestId, REQUEST_ID_BYTES, 'request id'));
    writeText(writer, link.wants, WANTS_BYTES_MAX);
    writer.u8(PURPOSES.indexOf(link.purpose) + 1);
    writeTimeS(writer, link.untilS);
  }
  const body = writer.finish();
  return `j/${base64urlnopad.encode(concatBytes(body, checksumOf(body)))}`;
}

/**
 * Reads what was scanned, pasted or opened.
 * @param text a whole URL, or its fragment with or without `#` and `/`
 */
export function parseLink(text: string): Result<Link, LinkCode> {
  const encoded = /(?:^|#)\/?j\/([A-Za-z0-9_-]+)$/.exec(text.trim())?.[1];
  if (!encoded || encoded.length > LINK_CHARACTERS_MAX) return reject('link-damaged');
  const bytes = fromBase64url(encoded);
  if (!bytes || bytes.length <= CHECKSUM_BYTES || bytes.length > LINK_BYTES_MAX) return reject('link-damaged');
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  if (!equalBytes(bytes.subarray(-CHECKSUM_BYTES), checksumOf(body))) return reject('link-damaged', 'checksum');
  if (body[0] !== LINK_VERSION) return reject('link-unknown-version', `version ${body[0]}`);
  if (KINDS[body[1]!] === undefined) return reject('link-unknown-version', `kind ${body[1]}`);
  const parts = decode(body.subarray(1), LINK_BYTES_MAX, readLink);
  if (!parts.ok) return reject('link-damaged', parts.detail);
  const { specBytes, ...link } = parts.value;
  const spec = decodeSpec(specBytes);
  if (!spec.ok) return reject('network-unsupported', spec.code);
  return accept({ ...link, spec: spec.value });
}

function readLink(reader: Reader) {
  const kind = KINDS[reader.u8()] ?? reader.fail('bad-value', 'unknown kind');
  const entry = {
    specBytes: reader.varbytes(SPEC_BYTES_MAX),
    roomSecret: reader.bytes(ROOM_SECRET_BYTES),
    relays: reader.list(LINK_RELAYS_MAX, readRelay),
  };
  switch (kind) {
    case 'invite':
      return { kind, ...entry };
    case 'share':
      return {
        kind,
        ...entry,
        slotId: SlotId.of(reader.bytes(SlotId.byteLength)),
        seed: reader.bytes(LINK_SEED_BYTES),
        untilS: reader.varint(TIME_S_MAX),
      };
    case 'request':
      return {
        kind,
        ...entry,
        organisation: AccountId.of(reader.bytes(AccountId.byteLength)),
        requestId: reader.bytes(REQUEST_ID_BYTES),
        wants: readText(reader, WANTS_BYTES_MAX),
        purpose: PURPOSES[reader.u8() - 1] ?? reader.fail('bad-value', 'unknown purpose'),
        untilS: reader.varint(TIME_S_MAX),
      };
  }
}

function writeTimeS(writer: Writer, timeS: number): void {
  assert(isTimeS(timeS), `time ${timeS}`);
  writer.varint(timeS);
}

function readRelay(reader: Reader): string {
  const relay = readText(reader, RELAY_BYTES_MAX);
  if (!isRelayAddress(relay)) reader.fail('bad-value', 'not a relay address');
  return relay;
}

/** An address a WebSocket can be opened to, and nothing else a URL can be. */
export function isRelayAddress(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  return text.length <= RELAY_BYTES_MAX && /^wss?:\/\/[!-~]+$/.test(text) && URL.canParse(text);
}

function checksumOf(body: Uint8Array): Uint8Array {
  return taggedHash('medmesh/link', body).subarray(0, CHECKSUM_BYTES);
}

/** Undefined for other alphabets, padding, or stray bits in the last character. */
function fromBase64url(text: string): Uint8Array | undefined {
  try {
    return base64urlnopad.decode(text);
  } catch {
    // The library's only way to say no.
    return undefined;
  }
}
