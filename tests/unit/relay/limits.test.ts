import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Addresses, clientAddressOf } from '../../../src/relay/addresses.ts';
import { DEFAULT_LIMITS, TokenBucket } from '../../../src/relay/limits.ts';
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

describe('client address', () => {
  const addressOf = (remoteAddress: string, forwarded?: string) =>
    clientAddressOf(
      { socket: { remoteAddress }, headers: { 'x-real-ip': forwarded } } as unknown as IncomingMessage,
      'x-real-ip',
    );

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (address, counted) => expect(addressOf(address)).toBe(counted));

  it('is what the server in front says, where that is an address', () => {
    expect(addressOf('127.0.0.1', '203.0.113.1')).toBe('203.0.113.1');
    expect(addressOf('127.0.0.1', '10.0.0.1, 2001:db8::1')).toBe('2001:db8:0:0::/64');
    for (const bad of ['unknown', '', '203.0.113.1, ']) expect(addressOf('127.0.0.1', bad)).toBe('127.0.0.1');
  });
});

describe('an address', () => {
  const limits = { ...DEFAULT_LIMITS, joinsPerAddressBurst: 2, joinsPerAddressPerS: 1 };

  it('is forgotten when it has left and its joins are paid off, no sooner', () => {
    const addresses = new Addresses(limits);
    const use = addresses.of('192.0.2.7', 0);
    expect(use.enter('room', 0)).toBe(true);
    use.leave('room');
    addresses.forgetIdle(500);
    expect(addresses.of('192.0.2.7', 500)).toBe(use);
    use.sockets = 1;
    addresses.forgetIdle(1_000);
    expect(addresses.of('192.0.2.7', 1_000)).toBe(use);
    use.sockets = 0;
    addresses.forgetIdle(1_000);
    expect(addresses.of('192.0.2.7', 1_000)).not.toBe(use);
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
