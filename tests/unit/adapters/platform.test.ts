import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../../src/adapters/platform/web-rng.ts';

const DAY_MS = 86_400_000;

describe('SystemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits out delays that one timer cannot hold', () => {
    const startMs = new SystemClock().nowMs();
    const fired: number[] = [];
    const clock = new SystemClock();
    clock.after(60 * DAY_MS, () => fired.push(clock.nowMs() - startMs));
    vi.advanceTimersByTime(60 * DAY_MS - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(DAY_MS);
    expect(fired).toEqual([60 * DAY_MS]);
  });

  it('cancels, also in the middle of a long delay', () => {
    const callback = vi.fn();
    const clock = new SystemClock();
    const cancelShort = clock.after(1000, callback);
    const cancelLong = clock.after(60 * DAY_MS, callback);
    cancelShort();
    vi.advanceTimersByTime(50 * DAY_MS);
    cancelLong();
    vi.advanceTimersByTime(50 * DAY_MS);
    expect(callback).not.toHaveBeenCalled();
  });
});

describe('WebRng', () => {
  it('fills requests of any length to the end, also above the platform’s own limit', () => {
    const rng = new WebRng();
    expect(rng.bytes(0)).toHaveLength(0);
    const bytes = rng.bytes(150_000);
    expect(bytes).toHaveLength(150_000);
    // 64 zero bytes in a row at the end would be chance once in 2^512.
    expect(bytes.subarray(-64).some((byte) => byte !== 0)).toBe(true);
    expect(rng.bytes(32)).not.toEqual(rng.bytes(32));
  });
});
