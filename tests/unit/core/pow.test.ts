import { describe, expect, test } from 'vitest';
import type { Header } from '../../../src/core/header.ts';
import { hashHeader } from '../../../src/core/header.ts';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import { medianTimePast } from '../../../src/core/indexed-header.ts';
import { genesisHeader } from '../../../src/core/genesis.ts';
import { PowEngine } from '../../../src/core/pow.ts';
import { meetsTarget, targetFromBits } from '../../../src/core/target.ts';
import { EASY_SPEC, growChain, LATE_S, mineHeader } from '../../support/mining.ts';

const engine = new PowEngine(EASY_SPEC);
const index = new HeaderIndex(engine);
const tip = growChain(index, index.genesis, 20).at(-1)!;

const judge = (header: Header, nowS = LATE_S) => engine.checkHeader(header, tip, { hash: hashHeader(header), nowS });

describe('header rules of proof of work', () => {
  test('a header that keeps them all', () => {
    expect(judge(mineHeader(engine, tip))).toEqual({ ok: true });
  });

  test('the median of the last eleven times is the earliest past, and the cap the latest future', () => {
    const median = medianTimePast(tip);
    expect(median).toBe(tip.timeS - 5 * EASY_SPEC.blockIntervalS);
    expect(judge(mineHeader(engine, tip, { timeS: median }))).toMatchObject({ ok: false, code: 'time-too-old' });
    expect(judge(mineHeader(engine, tip, { timeS: median + 1 }))).toEqual({ ok: true });

    const header = mineHeader(engine, tip);
    expect(judge(header, header.timeS - EASY_SPEC.futureCapS)).toEqual({ ok: true });
    expect(judge(header, header.timeS - EASY_SPEC.futureCapS - 1)).toMatchObject({ ok: false, code: 'time-too-new' });
  });

  test.each<[string, Partial<Header>, string]>([
    ['another version', { version: 2 }, 'bad-version'],
    ['another parent', { prevHash: BlockHash.of(new Uint8Array(32)) }, 'bad-prev'],
    ['easier bits than due', { bits: 0x2100ffff }, 'bad-bits'],
    ['harder bits than due', { bits: 0x207ffffe }, 'bad-bits'],
  ])('%s', (_name, fields, code) => {
    expect(judge({ ...mineHeader(engine, tip), ...fields })).toMatchObject({ ok: false, code });
  });

  test('too little work', () => {
    const header = mineHeader(engine, tip);
    const target = targetFromBits(header.bits)!;
    let nonce = 0;
    while (meetsTarget(hashHeader({ ...header, nonce }), target)) nonce++;
    expect(judge({ ...header, nonce })).toMatchObject({ ok: false, code: 'high-hash' });
  });

  test('a wrong clock is named only when nothing else is wrong', () => {
    const header = { ...mineHeader(engine, tip), version: 2 };
    expect(judge(header, 0)).toMatchObject({ code: 'bad-version' });
  });

  test('a block ahead of the schedule makes the next one dearer', () => {
    const sooner = index.insert(mineHeader(engine, tip, { timeS: tip.timeS - 20 }), LATE_S);
    const onTime = index.insert(mineHeader(engine, tip), LATE_S);
    if (!sooner.ok || !onTime.ok) throw new Error('not inserted');
    const targetAfter = (parent: typeof tip) => targetFromBits(engine.nextBits(parent))!;
    expect(targetAfter(sooner.value)).toBeLessThan(targetAfter(onTime.value));
  });

  test('a seal is out of place, and bits that are no target weigh nothing', () => {
    expect(engine.checkSeal(new Uint8Array(0))).toEqual({ ok: true });
    expect(engine.checkSeal(new Uint8Array(1))).toMatchObject({ ok: false, code: 'bad-seal' });
    expect(engine.workOf({ bits: 0x1d80ffff })).toBe(0n);
    expect(engine.workOf(genesisHeader(EASY_SPEC))).toBe(2n);
  });
});
