/** The search itself, without workers or time: a header, a target, and the nonces still to try. */
import { sha256 } from '@noble/hashes/sha2.js';
import { abytes, compareBytes } from '../../core/bytes.ts';
import { EXTRA_NONCE_OFFSET, NONCE_OFFSET } from '../../core/header.ts';
import { assert } from '../../core/result.ts';
import { scanNonces } from './kernel.generated.ts';
import { prepareHeader, viewOf, type PreparedHeader } from './sha256-midstate.ts';

export const NONCES = 2 ** 32;
const EXTRA_NONCES = 2 ** 16;

/** Nonces `from` to `to`, the latter left out; within 0..2^32. */
export interface NonceRange {
  readonly from: number;
  readonly to: number;
}

/** Share `index` of `count` equal ones: workers on one job never try the same header. */
export function nonceShare(index: number, count: number): NonceRange {
  return { from: Math.floor((NONCES * index) / count), to: Math.floor((NONCES * (index + 1)) / count) };
}

export interface SearchStep {
  /** 112 bytes that meet the target. */
  readonly header: Uint8Array | undefined;
  /** Hashes computed in this step. */
  readonly hashes: number;
}

export class NonceSearch {
  private readonly header: Uint8Array;
  private readonly target: Uint8Array;
  private readonly limit: number;
  private readonly range: NonceRange;
  private prepared: PreparedHeader;
  private nextNonce: number;
  private extraNoncesLeft = EXTRA_NONCES;

  /**
   * @param header  112 bytes; extraNonce starts at its value and rolls over all others, the nonce in it is not used
   * @param target  32 bytes, big-endian
   * @param range  the nonces tried with each extraNonce
   */
  constructor(header: Uint8Array, target: Uint8Array, range: NonceRange = { from: 0, to: NONCES }) {
    assert(range.from >= 0 && range.from < range.to && range.to <= NONCES, 'nonce range');
    this.header = Uint8Array.from(header);
    this.target = Uint8Array.from(abytes(target, 32, 'target'));
    this.limit = viewOf(this.target).getUint32(0);
    this.range = range;
    this.prepared = prepareHeader(this.header);
    this.nextNonce = range.from;
  }

  /** Every extraNonce and nonce has been tried. */
  get isExhausted(): boolean {
    return this.extraNoncesLeft === 0;
  }

  /** Tries up to `count` headers (below 2^31), fewer at a find or when an extraNonce is used up. */
  step(count: number): SearchStep {
    const planned = Math.min(count, this.range.to - this.nextNonce);
    if (this.isExhausted || planned <= 0) return { header: undefined, hashes: 0 };
    const { midstateTop, state, tail } = this.prepared;
    const passed = scanNonces(midstateTop, state, tail, this.limit, this.nextNonce, planned);
    const nonce = this.nextNonce + passed;
    const hashes = passed < 0 ? planned : passed + 1;
    const header = passed < 0 ? undefined : this.candidate(nonce);
    this.nextNonce += hashes;
    if (this.nextNonce === this.range.to) this.rollExtraNonce();
    return { header, hashes };
  }

  /** The kernel compares top words only; here the whole hash is. */
  private candidate(nonce: number): Uint8Array | undefined {
    const header = Uint8Array.from(this.header);
    viewOf(header).setUint32(NONCE_OFFSET, nonce);
    return compareBytes(sha256(header), this.target) <= 0 ? header : undefined;
  }

  private rollExtraNonce(): void {
    this.extraNoncesLeft -= 1;
    const view = viewOf(this.header);
    view.setUint16(EXTRA_NONCE_OFFSET, (view.getUint16(EXTRA_NONCE_OFFSET) + 1) % EXTRA_NONCES);
    this.prepared = prepareHeader(this.header);
    this.nextNonce = this.range.from;
  }
}
