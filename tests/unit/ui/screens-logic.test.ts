import { describe, expect, it } from 'vitest';
import { connectionOf } from '../../../src/ui/connection.ts';
import { relayHosts } from '../../../src/ui/link.ts';
import { matchRoute } from '../../../src/ui/routes.ts';
import { splitHeader } from '../../../src/ui/screens/lab/header-layout.ts';
import { wordsForReason } from '../../../src/ui/screens/node/reason-words.ts';
import { shareStepOf } from '../../../src/ui/share-step.ts';
import { thisEveningS, untilS } from '../../../src/ui/until.ts';
import { en } from '../../../src/ui/i18n/en.ts';

describe('routes', () => {
  it('finds the screen and the id in its path', () => {
    expect(matchRoute('/me')?.route.pattern).toBe('/me');
    expect(matchRoute('/me/share')?.route.pattern).toBe('/me/share');
    expect(matchRoute('/me/record/a%2Fb')).toMatchObject({ id: 'a/b', route: { area: 'me' } });
  });

  it('has no screen for anything else, and survives a broken escape', () => {
    expect(matchRoute('/me/record')).toBeUndefined();
    expect(matchRoute('/nowhere')).toBeUndefined();
    expect(matchRoute('/me/record/%')?.id).toBe('%');
  });
});

describe('connection', () => {
  const node = { phase: 'running', relay: 'online', peerCount: 0 } as const;

  it.each([
    [undefined, 'starting'],
    [{ ...node, phase: 'starting' }, 'starting'],
    [{ ...node, peerCount: 4 }, 'online'],
    [{ ...node, peerCount: 1, relay: 'offline' }, 'mesh-only'],
    [node, 'alone'],
    [{ ...node, relay: 'connecting' }, 'connecting'],
    [{ ...node, relay: 'offline' }, 'offline'],
  ] as const)('%o is %s', (view, connection) => {
    expect(connectionOf(view)).toBe(connection);
  });
});

describe('a share', () => {
  it('is received only when somebody else holds every piece, and recorded only after that', () => {
    expect(shareStepOf('saving', 0, 0)).toBe('connecting');
    expect(shareStepOf('sent', 0, 2)).toBe('sending');
    expect(shareStepOf('recorded', 0, 2)).toBe('sending');
    expect(shareStepOf('sent', 1, 2)).toBe('received');
    expect(shareStepOf('recorded', 1, 0)).toBe('recorded');
  });

  it('ends in the future or not at all', () => {
    expect(untilS('hour', '', 1_000_000)).toBe(1000 + 3600);
    expect(untilS('custom', '', 1_000_000)).toBeUndefined();
    expect(untilS('custom', '1970-01-01T00:00', Date.UTC(2026, 0, 1))).toBeUndefined();
    expect(untilS('custom', '2030-01-01T00:00', Date.UTC(2026, 0, 1))).toBe(
      new Date('2030-01-01T00:00').getTime() / 1000,
    );
  });

  it('until tonight never means within the hour', () => {
    const late = new Date(2026, 4, 5, 23, 30).getTime();
    expect(thisEveningS(late) * 1000 - late).toBeGreaterThan(23 * 3_600_000);
    const noon = new Date(2026, 4, 5, 12, 0).getTime();
    expect(new Date(thisEveningS(noon) * 1000).getDate()).toBe(5);
  });
});

describe('relays', () => {
  it('are named by their host, whatever is written before it', () => {
    expect(relayHosts(['wss://medmesh.example@relay.elsewhere.example:444/medmesh.example'])).toBe(
      'relay.elsewhere.example:444',
    );
    expect(relayHosts(['ws://[2001:db8::1]/relay', 'wss://a.example/1', 'wss://a.example/2'])).toBe(
      '[2001:db8::1], a.example',
    );
    expect(relayHosts([])).toBe('');
  });
});

describe('reasons of gone peers', () => {
  it('have words for known codes, and say whose words the rest are', () => {
    expect(wordsForReason('bad-body-root', true, en)).toBe(en.node.peers.reasons['bad-body-root']);
    expect(wordsForReason('remote:pagehide', false, en)).toBe(en.node.peers.reasons['pagehide']);
    expect(wordsForReason('remote:links-full', false, en)).toContain('links-full');
    expect(wordsForReason('bad-something-new', false, en)).toBe(en.node.peers.brokeRule);
    expect(wordsForReason('constructor', false, en)).toBe(en.node.peers.otherReason);
  });
});

it('cuts a header where its fields are', () => {
  const hex = Array.from({ length: 112 }, (_, index) => index.toString(16).padStart(2, '0')).join('');
  const parts = splitHeader(hex);
  expect(parts.map((part) => part.hex).join('')).toBe(hex);
  expect(parts.map((part) => [part.field, part.offset])).toEqual([
    ['version', 0],
    ['extraNonce', 2],
    ['prevHash', 4],
    ['bodyRoot', 36],
    ['stateRoot', 68],
    ['timeS', 100],
    ['bits', 104],
    ['nonce', 108],
  ]);
});
