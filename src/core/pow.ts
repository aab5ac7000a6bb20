/** Proof of work: whoever finds a hash below the target makes the next block; the chain with the most work stands. */
import { nextBits } from './asert.ts';
import type { ConsensusEngine, HeaderCode, HeaderContext } from './consensus-engine.ts';
import { HEADER_VERSION, type Header } from './header.ts';
import { medianTimePast, type IndexedHeader } from './indexed-header.ts';
import type { NetworkSpec } from './network-spec.ts';
import { reject, VALID, type Verdict } from './result.ts';
import { meetsTarget, targetFromBits, workOf } from './target.ts';

export class PowEngine implements ConsensusEngine {
  readonly spec: NetworkSpec;
  /** Neighbours mostly share their bits, and a division of 256 bits is dear. */
  private lastWork = { bits: 0, work: 0n };

  constructor(spec: NetworkSpec) {
    this.spec = spec;
  }

  nextBits(parent: IndexedHeader): number {
    return nextBits(this.spec, parent);
  }

  checkHeader(header: Header, parent: IndexedHeader, context: HeaderContext): Verdict<HeaderCode> {
    if (header.version !== HEADER_VERSION) return reject('bad-version', `${header.version}`);
    if (header.prevHash !== parent.hash) return reject('bad-prev', header.prevHash);
    const bits = this.nextBits(parent);
    const target = targetFromBits(header.bits);
    if (header.bits !== bits || target === undefined) {
      return reject('bad-bits', `${header.bits.toString(16)} for ${bits.toString(16)}`);
    }
    if (!meetsTarget(context.hash, target)) return reject('high-hash', context.hash);
    const median = medianTimePast(parent);
    if (header.timeS <= median) return reject('time-too-old', `${header.timeS}, median ${median}`);
    if (header.timeS > context.nowS + this.spec.futureCapS) {
      return reject('time-too-new', `${header.timeS}, clock ${context.nowS}`);
    }
    return VALID;
  }

  /** The work is in the header itself. */
  checkSeal(seal: Uint8Array): Verdict<'bad-seal'> {
    return seal.length === 0 ? VALID : reject('bad-seal', `${seal.length} bytes`);
  }

  workOf(header: { readonly bits: number }): bigint {
    if (header.bits !== this.lastWork.bits) {
      const target = targetFromBits(header.bits);
      this.lastWork = { bits: header.bits, work: target === undefined ? 0n : workOf(target) };
    }
    return this.lastWork.work;
  }
}
