import { describe, expect, test } from 'vitest';
import { asertTarget, idleAfter, nextBits, type ScheduledBlock } from '../../../src/core/asert.ts';
import { presetSpec } from '../../../src/core/network-spec.ts';
import { targetFromBits, workOf } from '../../../src/core/target.ts';

const spec = presetSpec('classroom', { name: 'Room', genesisTimeS: 1_700_000_000 });
const powLimit = targetFromBits(spec.powLimitBits)!;
const TAB_HASHES_PER_SECOND = 2_500_000;
const WEEKEND_S = 2.5 * 86_400;

/** A network whose blocks come exactly when they are due: work over hash rate. */
class Network {
  tip: ScheduledBlock = { height: 0, timeS: spec.genesisTimeS, idleS: 0 };
  clockS = spec.genesisTimeS;

  /** Mines for that long and returns how long each block took. */
  run(tabs: number, durationS: number): number[] {
    const tookS: number[] = [];
    const endS = this.clockS + durationS;
    for (;;) {
      const target = targetFromBits(nextBits(spec, this.tip))!;
      const solveS = Number(workOf(target)) / (tabs * TAB_HASHES_PER_SECOND);
      if (this.clockS + solveS > endS) break;
      this.clockS += solveS;
      tookS.push(solveS);
      const block = { height: this.tip.height + 1, timeS: Math.floor(this.clockS) };
      this.tip = { ...block, idleS: idleAfter(spec, this.tip.idleS, block) };
    }
    this.clockS = endS;
    return tookS;
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('pace of a classroom', () => {
  test('one tab keeps the interval', () => {
    const tookS = new Network().run(1, 3600);
    expect(mean(tookS.slice(-100))).toBeCloseTo(spec.blockIntervalS, 0);
  });

  test('a hundred miners arriving at once: on pace again within ten half-lives, a bounded burst before', () => {
    const network = new Network();
    network.run(1, 3600);
    const tookS = network.run(100, 10 * spec.halfLifeS);
    expect(mean(tookS.slice(-20))).toBeCloseTo(spec.blockIntervalS, 0);
    // log2(100) half-lives ahead of schedule, and the blocks on schedule meanwhile.
    const due = (10 + Math.log2(100)) * (spec.halfLifeS / spec.blockIntervalS);
    expect(tookS.length).toBeLessThan(due * 1.1);
  });

  test('ninety-nine of a hundred leaving: blocks slow down, never stop, and recover', () => {
    const network = new Network();
    network.run(100, 3600);
    const tookS = network.run(1, 3600);
    expect(Math.max(...tookS)).toBeLessThan(100 * spec.blockIntervalS * 1.2);
    expect(mean(tookS.slice(-100))).toBeCloseTo(spec.blockIntervalS, 0);
  });

  test('an idle weekend is written off: thirty tabs come back to lessons, not to a storm of late blocks', () => {
    const network = new Network();
    network.run(30, 3600);
    network.clockS += WEEKEND_S;
    const tookS = network.run(30, 1800);
    const due = (1800 + Math.log2(90) * spec.halfLifeS) / spec.blockIntervalS;
    expect(tookS.length).toBeLessThan(due * 1.1);
    expect(mean(tookS.slice(-100))).toBeCloseTo(spec.blockIntervalS, 0);
    expect(network.tip.idleS).toBeGreaterThan(0.9 * WEEKEND_S);
  });

  test('a tab too slow for the floor owes nothing afterwards', () => {
    const network = new Network();
    network.run(0.1, 6 * 3600);
    const tookS = network.run(1, 3600);
    expect(tookS.length).toBeLessThan((3600 / spec.blockIntervalS) * 1.1);
  });
});

describe('limits', () => {
  test('on schedule the target is the anchor; a half-life ahead halves it', () => {
    expect(asertTarget(powLimit, 0, 60, powLimit)).toBe(powLimit);
    expect(asertTarget(powLimit, -60, 60, powLimit)).toBe(powLimit / 2n);
  });

  test.each([
    [Number.MAX_SAFE_INTEGER, powLimit],
    [2 ** 32, powLimit],
    [1, powLimit],
    // Within the 256 bits of the shift, and below 1 all the same.
    [-250, 1n],
    [-(2 ** 32), 1n],
    [-Number.MAX_SAFE_INTEGER, 1n],
  ])('%d s late stays within 1..powLimit', (lateS, target) => {
    expect(asertTarget(powLimit, lateS, 1, powLimit)).toBe(target);
  });

  test('a miner who lies a cap into the future writes off no more than that', () => {
    const block = { height: 10, timeS: spec.genesisTimeS + 10 * spec.blockIntervalS + spec.futureCapS };
    expect(idleAfter(spec, 0, block)).toBe(spec.futureCapS);
    expect(idleAfter(spec, 500, block)).toBe(500);
  });
});
