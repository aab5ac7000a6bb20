/** Which network a tab is in, where new tabs open, and the way back: on storage that may hold anything. */
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeJoined, JOINED_MAX, noteUse, parseJoined } from '../../../src/app/joined-networks.ts';
import { inviteTo, networkOf, parseNetworkDocument, type NetworkChoice } from '../../../src/app/network-choice.ts';
import { toBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { NetworkMemory } from '../../../src/app/network-memory.ts';
import { encodeSpec, networkIdOf, presetSpec } from '../../../src/core/network-spec.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';

function network(name: string, relays: readonly string[] = []): NetworkChoice {
  const spec = presetSpec('classroom', { name, genesisTimeS: 1_700_000_000 });
  return { spec, roomSecret: new Uint8Array(16).fill(7), relays };
}
const idOf = ({ spec }: NetworkChoice) => networkIdOf(spec);
const home = network('Home');
const other = network('Other', ['wss://relay.elsewhere.example/relay']);

describe('networks joined', () => {
  it('come back as they were stored, most recently used first, each of them once', () => {
    let joined = noteUse([], home, 1_000);
    joined = noteUse(joined, other, 2_000);
    joined = noteUse(joined, home, 3_000);
    const stored = parseJoined(encodeJoined(joined));
    expect(stored).toEqual([
      { ...home, id: idOf(home), usedAtMs: 3_000 },
      { ...other, id: idOf(other), usedAtMs: 2_000 },
    ]);
  });

  it('are a bounded list: the one not used for longest is let go', () => {
    let joined = noteUse([], home, 0);
    for (let i = 1; i <= JOINED_MAX; i++) joined = noteUse(joined, network(`Room ${i}`), i);
    expect(joined).toHaveLength(JOINED_MAX);
    expect(joined.at(-1)?.spec.name).toBe('Room 1');
    const many = JSON.stringify(
      Array.from({ length: 50 }, (_, i) => ({ link: inviteTo(network(`R ${i}`)), usedAtMs: i })),
    );
    expect(parseJoined(many).map(({ usedAtMs }) => usedAtMs)[0]).toBe(49);
    expect(parseJoined(many)).toHaveLength(JOINED_MAX);
  });

  const row = { link: inviteTo(home), usedAtMs: 5 };
  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['no list', JSON.stringify(row)],
    ['other things', JSON.stringify([null, 7, 'link', [], {}, { link: 1, usedAtMs: 1 }])],
    ['no time', JSON.stringify([{ link: row.link }, { ...row, usedAtMs: '5' }, { ...row, usedAtMs: 1e300 }])],
    [
      'damaged links',
      JSON.stringify([
        { ...row, link: row.link.slice(0, -2) },
        { ...row, link: '' },
      ]),
    ],
    ['more than is ours', JSON.stringify([row]).padEnd(600_000)],
  ])('are none where there is %s', (_, text) => expect(parseJoined(text)).toEqual([]));

  it('are kept although something between them is damaged', () => {
    expect(parseJoined(JSON.stringify([null, row, { link: 'j/AAAA', usedAtMs: 9 }]))).toMatchObject([
      { id: idOf(home), usedAtMs: 5 },
    ]);
  });
});

describe('the network of a server', () => {
  const { spec, roomSecret } = home;
  const document = { spec: toBase64url(encodeSpec(spec)), roomSecret: toBase64url(roomSecret) };

  it('is what its document says, with as many relays as a link can carry', () => {
    const relays = Array.from({ length: 6 }, (_, i) => `wss://relay${i}.example/relay`);
    const wrong = ['https://relay.example', 'relay.example', 7, null];
    const said = parseNetworkDocument(JSON.stringify({ ...document, relays: [...wrong, ...relays] }))!;
    expect(said).toEqual({ spec, roomSecret, relays: relays.slice(0, 4) });
    expect(networkOf(inviteTo(said))).toEqual(said);
    expect(parseNetworkDocument(JSON.stringify({ ...document, relays: 'wss://a.example' }))?.relays).toEqual([]);
  });

  it.each(['', '<!doctype html>', 'null', '[]', '{}', '{"spec":"AA","roomSecret":"AA"}'])(
    'is none where it answers something else: %s',
    (text) => {
      expect(parseNetworkDocument(text)).toBeUndefined();
    },
  );
});

describe('a browser', () => {
  let browser: MemoryStorage;
  const openTab = () => new NetworkMemory(new MemoryStorage(), browser);
  /** As the page does at start. */
  function start(tab: NetworkMemory, link?: string): NetworkChoice | undefined {
    const opened = tab.present() ?? networkOf(link);
    if (opened) tab.enter(opened, 1_000);
    return opened;
  }

  beforeEach(() => {
    browser = new MemoryStorage();
  });

  it('that was nowhere yet goes where its first link leads, and its new tabs after it', () => {
    expect(start(openTab(), inviteTo(home))).toEqual(home);
    expect(start(openTab())).toEqual(home);
  });

  it('is taken nowhere else by a link, neither the tab nor those opened after it', () => {
    start(openTab(), inviteTo(home));
    expect(start(openTab(), inviteTo(other))).toEqual(home);
    expect(start(openTab())).toEqual(home);
    expect(
      openTab()
        .joined()
        .map(({ id }) => id),
    ).toEqual([idOf(home)]);
  });

  it('keeps relays and secret of the network it is in, whatever a link says they are', () => {
    start(openTab(), inviteTo(home));
    const disguised = { ...home, relays: ['wss://relay.elsewhere.example/relay'], roomSecret: new Uint8Array(16) };
    expect(start(openTab(), inviteTo(disguised))).toEqual(home);
  });

  it('goes elsewhere when somebody chooses to, and open tabs stay where they are', () => {
    const [first, second] = [openTab(), openTab()];
    start(first, inviteTo(home));
    start(second);
    second.choose(other);
    expect(start(second)).toEqual(other);
    expect(start(first)).toEqual(home);
    expect(start(openTab())).toEqual(other);
    expect(new Set(first.joined().map(({ id }) => id))).toEqual(new Set([idOf(home), idOf(other)]));
  });

  it('that forgets where its new tabs would open has them open where somebody is, not where a link leads', () => {
    const [first, second] = [openTab(), openTab()];
    start(first, inviteTo(home));
    second.choose(other);
    start(second);
    first.forget(idOf(other));
    expect(first.joined().map(({ id }) => id)).toEqual([idOf(home)]);
    expect(start(openTab(), inviteTo(network('Attacker room')))).toEqual(home);
  });

  it('opens a link once in the network it leads to', () => {
    const tab = openTab();
    tab.leaveLink(inviteTo(other));
    expect(tab.takeLink()).toBe(inviteTo(other));
    expect(tab.takeLink()).toBeUndefined();
  });

  it('starts anew where what it remembered is damaged', () => {
    browser.setItem('medmesh/network', 'j/AAAA');
    expect(start(openTab(), inviteTo(home))).toEqual(home);
    expect(start(openTab())).toEqual(home);
  });
});
