import { describe, expect, it } from 'vitest';
import { SECTIONS, type Section } from '../../../src/health/fhir/display-model.ts';
import { connectionOf, isNearlyFull } from '../../../src/ui/connection.ts';
import { Format } from '../../../src/ui/format.ts';
import { granteeName } from '../../../src/ui/grantee-name.ts';
import { relayHosts } from '../../../src/ui/link.ts';
import { listSections } from '../../../src/ui/components/share/whole-record.ts';
import { matchRoute } from '../../../src/ui/routes.ts';
import { isUpdated, readableUntilS, stateText } from '../../../src/ui/screens/clinic/inbox-words.ts';
import { splitHeader } from '../../../src/ui/screens/lab/header-layout.ts';
import { wordsForEvent } from '../../../src/ui/screens/node/log-words.ts';
import { wordsForReason } from '../../../src/ui/screens/node/reason-words.ts';
import { sectionChanges } from '../../../src/ui/section-changes.ts';
import { shareStepOf } from '../../../src/ui/share-step.ts';
import { thisEveningS, untilS } from '../../../src/ui/until.ts';
import { en } from '../../../src/ui/i18n/en.ts';
import { zh } from '../../../src/ui/i18n/zh.ts';

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

it('storage is nearly full when little is left, never when the browser does not say', () => {
  expect(isNearlyFull({ usedBytes: 899, quotaBytes: 1_000 })).toBe(false);
  expect(isNearlyFull({ usedBytes: 901, quotaBytes: 1_000 })).toBe(true);
  expect(isNearlyFull({})).toBe(false);
});

describe('a share', () => {
  it.each([
    ['saving', 'saving', 0, 0, 'connecting'],
    ['sent', 'sent', 0, 2, 'sending'],
    ['recorded', 'recorded', 0, 2, 'sending'],
    ['sent', 'sent', 1, 2, 'received'],
    ['sent', 'recorded', 1, 2, 'received'],
    ['recorded', 'sent', 1, 2, 'received'],
    ['recorded', 'recorded', 1, 0, 'recorded'],
  ] as const)(
    'with its consent %s, its record %s, held by %d, among %d peers, is at: %s',
    (consent, record, keepers, peerCount, step) => {
      expect(shareStepOf({ anchors: [consent, record], keepers, peerCount })).toBe(step);
    },
  );

  it('by a link without a label goes by its day', () => {
    const createdAtMs = new Date(2026, 10, 23, 12).getTime();
    const link = { to: { kind: 'link', name: '' }, createdAtMs } as const;
    expect(granteeName(link, en, new Format('en-GB'))).toBe('Link of 23 Nov');
    expect(granteeName(link, zh, new Format('zh-CN'))).toBe('11月23日的链接');
    expect(granteeName({ ...link, to: { kind: 'link', name: 'Dr. Okafor' } }, en, new Format('en-GB'))).toBe(
      'Dr. Okafor',
    );
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

const summaryOf = (counts: Partial<Record<Section, number>>) => ({
  sections: SECTIONS.filter((section) => section in counts).map((section) => ({
    section,
    count: counts[section]!,
    items: [],
  })),
});

it('a newer version shows which sections grew or shrank', () => {
  const before = summaryOf({ problems: 3, medications: 2, results: 1 });
  const after = summaryOf({ medications: 2, results: 4, procedures: 1 });
  expect(sectionChanges(before, after)).toEqual([
    { section: 'problems', before: 3, after: 0 },
    { section: 'results', before: 1, after: 4 },
    { section: 'procedures', before: 0, after: 1 },
  ]);
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

it('a whole record is named section by section', () => {
  const summary = summaryOf({ problems: 41, pregnancy: 1, claims: 0, encounters: 120 });
  expect(listSections(summary, en, new Format('en-GB'))).toBe('Problems (41), Pregnancy (1) and Visits (120)');
  expect(listSections(summary, zh, new Format('zh-CN'))).toBe('健康问题（41）、妊娠（1）和就诊（120）');
});

describe('an inbox item', () => {
  const terms = { title: 'Summary', grantorName: 'Ada', purpose: 'TREAT', expiresAtS: 1_800_000_000 } as const;
  const { consentTexts, stateTexts } = en.clinic.inbox;

  it.each(['waiting', 'fetching'] as const)('that is %s says which of consent and record it lacks', (state) => {
    expect(stateText({ state }, en)).toBe(consentTexts[state]);
    expect(stateText({ state, terms }, en)).toBe(stateTexts[state]);
    expect(consentTexts[state]).not.toBe(stateTexts[state]);
  });

  it('is readable until its consent ends, if there is one and it runs', () => {
    expect(readableUntilS({ state: 'fetching' })).toBeUndefined();
    for (const state of ['waiting', 'fetching', 'ready'] as const) {
      expect(readableUntilS({ state, terms })).toBe(terms.expiresAtS);
    }
    for (const state of ['revoked', 'expired', 'erased'] as const) {
      expect(readableUntilS({ state, terms })).toBeUndefined();
      expect(stateText({ state }, en)).toBe(stateTexts[state]);
    }
  });

  it('is updated by what came after its first version', () => {
    expect(isUpdated({ version: 3, firstVersion: 3 })).toBe(false);
    expect(isUpdated({ version: 4, firstVersion: 3 })).toBe(true);
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

describe('the words of the log', () => {
  it('stand beside what the machine said', () => {
    const refused = { type: 'block-refused', height: 12, hash: 'ab'.repeat(32), detail: 'bad-state-root' } as const;
    expect(wordsForEvent(refused, en)).toEqual({ words: 'Refused block 12, ababab…ababab', detail: 'bad-state-root' });
    expect(wordsForEvent(refused, zh).words).toBe('拒绝区块 12（ababab…ababab）');
    const halted = { type: 'halted', code: 'storage-failed', detail: 'tip' } as const;
    expect(wordsForEvent(halted, en).detail).toBe('storage-failed tip');
    expect(wordsForEvent({ type: 'started', height: 3 }, en)).toEqual({
      words: 'Started at block 3',
      detail: undefined,
    });
  });

  it('say why a tab is gone', () => {
    const gone = { type: 'peer-gone', peerId: 'cd'.repeat(32), reason: 'block-stall' } as const;
    expect(wordsForEvent(gone, en)).toEqual({
      words: `Tab cdcdcd…cdcdcd is gone. ${en.node.peers.reasons['block-stall']}`,
      detail: 'block-stall',
    });
  });
});
