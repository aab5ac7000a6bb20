/**
 * Mining: a template on the present tip, handed to the miner, replaced at once when the tip moves, soon when better
 * transactions wait, and every few seconds so that its time stays true. A found block enters by the same door as a peer's.
 */
import { makeTemplate, templateTouches, type BlockTemplate } from '../core/block-template.ts';
import type { ConsensusEngine } from '../core/consensus.ts';
import { encodeHeader } from '../core/header.ts';
import { medianTimePast } from '../core/indexed-header.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Mempool } from '../core/mempool.ts';
import { preloadedState } from '../core/state-view.ts';
import { targetBytes, targetFromBits } from '../core/target.ts';
import { assert } from '../core/result.ts';
import type { ChainManager } from './chain-manager.ts';
import { RESUME_DELAY_MS, TEMPLATE_DELAY_MS, TEMPLATE_REFRESH_MS, TEMPLATES_PER_BLOCK } from './params.ts';
import type { Clock, Miner } from './ports.ts';
import type { SerialQueue } from './serial-queue.ts';

/** Of our clock, or of other headers that came while the block was being mined; any other refusal of our own work is a bug. */
const PASSING: ReadonlySet<string> = new Set(['time-too-new', 'index-full', 'unknown-parent']);

export interface MiningParts {
  readonly clock: Clock;
  readonly miner: Miner;
  readonly engine: ConsensusEngine;
  readonly ledger: Ledger;
  readonly mempool: Mempool;
  readonly chain: ChainManager;
  readonly queue: SerialQueue;
  /** Mining on an old tip is wasted work. */
  isSynced(): boolean;
  /** 33 bytes; undefined while the wallet is locked. */
  minerPublicKey(): Uint8Array | undefined;
  onChanged(): void;
  onFault(fault: unknown): void;
  onFound(height: number): void;
  /** An own block has no place: see PASSING. */
  onRefused(height: number, code: string): void;
}

export class MiningLoop {
  private threadCount = 0;
  private rate = 0;
  private found = 0;
  private template: BlockTemplate | undefined;
  private madeAtMs = -Infinity;
  /** The next template, if one is planned. */
  private planned: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  /** Counts template orders: only the latest is used. */
  private order = 0;
  private readonly parts: MiningParts;

  constructor(parts: MiningParts) {
    this.parts = parts;
  }

  get threads(): number {
    return this.threadCount;
  }

  get hashesPerSecond(): number {
    return this.rate;
  }

  get blocksFound(): number {
    return this.found;
  }

  start(): void {
    this.parts.miner.start({
      onFound: (header) => void this.submit(header),
      onRate: (hashesPerSecond) => {
        this.rate = hashesPerSecond;
        this.parts.onChanged();
      },
      // A worker whose script can't be had dies at once, and would do so for ever.
      onStopped: (reason) => this.renewIn(reason === 'worker-died' ? RESUME_DELAY_MS : 0),
    });
  }

  /** 0 stops. */
  set(threads: number): void {
    this.threadCount = threads;
    if (threads === 0) {
      this.pause();
      this.rate = 0;
    } else this.renewIn(0);
    this.parts.onChanged();
  }

  onTipChange(): void {
    this.renewIn(0);
  }

  onMempoolChange(): void {
    const { clock, engine } = this.parts;
    const pauseMs = (1000 * engine.spec.blockIntervalS) / TEMPLATES_PER_BLOCK;
    this.renewIn(Math.max(TEMPLATE_DELAY_MS, this.madeAtMs + pauseMs - clock.nowMs()));
  }

  stop(): void {
    this.threadCount = 0;
    this.pause();
  }

  private pause(): void {
    this.order++;
    this.planned?.cancel();
    this.planned = undefined;
    this.template = undefined;
    this.parts.miner.stop();
  }

  /** What is planned for sooner stays: a stream of transactions must not put off the template a new tip asks for. */
  private renewIn(delayMs: number): void {
    if (this.threadCount === 0) return;
    const dueMs = this.parts.clock.nowMs() + delayMs;
    if (this.planned && this.planned.dueMs <= dueMs) return;
    this.planned?.cancel();
    const cancel = this.parts.clock.after(delayMs, () => {
      this.planned = undefined;
      this.parts.queue.run(() => this.renew()).catch((fault: unknown) => this.parts.onFault(fault));
    });
    this.planned = { dueMs, cancel };
  }

  private async renew(): Promise<void> {
    const minerPublicKey = this.parts.minerPublicKey();
    if (this.threadCount === 0) return;
    this.renewIn(TEMPLATE_REFRESH_MS);
    if (!minerPublicKey || !this.parts.isSynced()) return this.parts.miner.stop();
    const order = ++this.order;
    this.madeAtMs = this.parts.clock.nowMs();
    const template = await this.makeTemplate(minerPublicKey);
    if (order !== this.order) return;
    this.template = template;
    const target = targetFromBits(template.header.bits);
    assert(target !== undefined, 'own template has a target');
    this.parts.miner.mine({ header: encodeHeader(template.header), target: targetBytes(target) }, this.threadCount);
  }

  private async makeTemplate(minerPublicKey: Uint8Array): Promise<BlockTemplate> {
    const { chain, clock, engine, ledger, mempool } = this.parts;
    const parent = chain.tip;
    const candidates = mempool.candidates(engine.spec.blockBytesMax);
    const keys = [...new Set(templateTouches(ledger, minerPublicKey, candidates))];
    const values = await chain.readState(keys);
    return makeTemplate({
      ledger,
      parent,
      timeS: Math.max(Math.floor(clock.nowMs() / 1000), medianTimePast(parent) + 1),
      bits: engine.nextBits(parent),
      minerPublicKey,
      blockBytesMax: engine.spec.blockBytesMax,
      candidates,
      state: preloadedState(keys, values),
      accumulator: chain.tipAccumulator,
    });
  }

  private async submit(header: Uint8Array): Promise<void> {
    const template = this.template;
    if (!template) return;
    this.template = undefined;
    try {
      const verdict = await this.parts.chain.submitBlock(header, template.body);
      if (verdict.ok) {
        this.found++;
        this.parts.onFound(template.height);
      } else {
        assert(PASSING.has(verdict.code), `own block refused: ${verdict.code}`);
        this.parts.onRefused(template.height, verdict.code);
      }
    } catch (fault) {
      this.parts.onFault(fault);
    }
    this.renewIn(0);
  }
}
