import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../src/relay/limits.ts';
import { jsonLines } from '../../../src/relay/log.ts';

describe('token bucket', () => {
  it('allows the burst, then the rate', () => {
    const bucket = new TokenBucket(3, 2, 0);
    const takes = (nowMs: number) => bucket.take(1, nowMs);
    expect([takes(0), takes(0), takes(0), takes(0)]).toEqual([true, true, true, false]);
    expect([takes(499), takes(500), takes(500)]).toEqual([false, true, false]);
  });

  it('never saves up more than the burst', () => {
    const bucket = new TokenBucket(3, 2, 0);
    expect(bucket.take(4, 1e9)).toBe(false);
    expect(bucket.take(3, 1e9)).toBe(true);
  });

  it('takes nothing when it refuses, and nothing when the clock moves back', () => {
    const bucket = new TokenBucket(3, 2, 1_000);
    expect(bucket.take(4, 1_000)).toBe(false);
    expect(bucket.take(2, 0)).toBe(true);
    expect(bucket.take(1, 0)).toBe(true);
    expect(bucket.take(1, 0)).toBe(false);
  });
});

describe('log', () => {
  it('writes a line for each event, and counts what a flood leaves out', () => {
    const lines: string[] = [];
    let nowMs = Date.UTC(2026, 0, 1);
    const log = jsonLines(
      (line) => lines.push(line),
      () => nowMs,
    );
    for (let i = 0; i < 1_000; i++) log({ level: 'warn', event: 'socket-cut', reason: 'silent' });
    expect(lines).toHaveLength(100);
    expect(lines[0]).toBe(
      '{"time":"2026-01-01T00:00:00.000Z","level":"warn","event":"socket-cut","reason":"silent"}\n',
    );
    nowMs += 1_000;
    log({ level: 'warn', event: 'socket-cut', reason: 'silent' });
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ suppressed: 900 });
  });
});
