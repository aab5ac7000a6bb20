/** What the transport may rely on, whichever way tabs find each other. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SIGNAL_BYTES_MAX, type Signaling } from '../../../src/adapters/signaling/signaling.ts';
import type { RelayState, RendezvousId, RosterEntry } from '../../../src/node/ports.ts';

export interface SignalingFixture {
  /** A tab's signaling, not started. Tabs of one room name share a secret. */
  client(room: string): Signaling;
  stopRelay(): Promise<void>;
  /** On the same address as before. */
  startRelay(): Promise<void>;
  dispose(): Promise<void>;
}

/** A started tab that remembers what it was told. */
class Tab {
  readonly signaling: Signaling;
  readonly states: RelayState[] = [];
  readonly signals: { from: RendezvousId; payload: Uint8Array }[] = [];
  roster: readonly RosterEntry[] = [];
  calls = 0;

  constructor(signaling: Signaling, presence: Uint8Array) {
    this.signaling = signaling;
    signaling.start(presence, {
      onState: (state) => {
        this.calls++;
        this.states.push(state);
      },
      onRoster: (entries) => {
        this.calls++;
        this.roster = entries;
      },
      onSignal: (from, payload) => {
        this.calls++;
        this.signals.push({ from, payload });
      },
    });
  }

  get id(): RendezvousId {
    return this.signaling.self() ?? 'not online';
  }

  /** Presences of those it sees, as numbers. */
  get sees(): number[] {
    return this.roster.map(({ presence }) => presence[0] ?? -1).sort((a, b) => a - b);
  }
}

export function describeSignaling(name: string, makeFixture: () => Promise<SignalingFixture>): void {
  describe(`signaling: ${name}`, () => {
    let fixture: SignalingFixture;
    let tabs: Tab[];
    const open = (presence: number, room = 'clinic'): Tab => {
      const tab = new Tab(fixture.client(room), Uint8Array.of(presence));
      tabs.push(tab);
      return tab;
    };
    const online = (tab: Tab) => vi.waitFor(() => expect(tab.states.at(-1)).toBe('online'), 5_000);
    const sees = (tab: Tab, presences: number[]) => vi.waitFor(() => expect(tab.sees).toEqual(presences), 5_000);

    beforeEach(async () => {
      fixture = await makeFixture();
      tabs = [];
    });

    afterEach(async () => {
      for (const tab of tabs) tab.signaling.stop();
      await fixture.dispose();
    });

    it('introduces the tabs of a room to each other by presence, and nobody to itself', async () => {
      const [first, second] = [open(1), open(2)];
      await sees(first, [2]);
      await sees(second, [1]);
      expect(first.roster[0]?.rendezvous).toBe(second.id);
      expect(first.id).toMatch(/^[0-9a-f]{32}$/);
      expect(first.states).toEqual(['connecting', 'online']);
    });

    it('carries signals in order, with the name of who sent them', async () => {
      const [first, second] = [open(1), open(2)];
      await sees(first, [2]);
      const payloads = [Uint8Array.of(), Uint8Array.of(7), new Uint8Array(SIGNAL_BYTES_MAX).fill(9)];
      for (const payload of payloads) expect(first.signaling.send(second.id, payload)).toBe(true);
      await vi.waitFor(() => expect(second.signals).toHaveLength(payloads.length));
      expect(second.signals).toEqual(payloads.map((payload) => ({ from: first.id, payload })));
    });

    it('refuses what it cannot send: too long, to itself, or before it is online', async () => {
      const tab = open(1);
      expect(tab.signaling.self()).toBeUndefined();
      expect(tab.signaling.send('00'.repeat(16), Uint8Array.of(1))).toBe(false);
      await online(tab);
      expect(tab.signaling.send('00'.repeat(16), new Uint8Array(SIGNAL_BYTES_MAX + 1))).toBe(false);
      expect(tab.signaling.send(tab.id, Uint8Array.of(1))).toBe(false);
    });

    it('keeps rooms apart', async () => {
      const [here, there, alsoHere] = [open(1), open(2, 'elsewhere'), open(3)];
      await sees(here, [3]);
      await sees(alsoHere, [1]);
      expect(there.sees).toEqual([]);
      here.signaling.send(there.id, Uint8Array.of(1));
      here.signaling.send(alsoHere.id, Uint8Array.of(1));
      await vi.waitFor(() => expect(alsoHere.signals).toHaveLength(1));
      expect(there.signals).toEqual([]);
    });

    it('takes a tab that stops out of the roster, tells it nothing more, and lets it start again', async () => {
      const [stays, goes] = [open(1), open(2)];
      await sees(stays, [2]);
      await sees(goes, [1]);
      const former = goes.id;
      goes.signaling.stop();
      const calls = goes.calls;
      await sees(stays, []);
      expect(goes.signaling.self()).toBeUndefined();
      const returned = new Tab(goes.signaling, Uint8Array.of(3));
      await sees(stays, [3]);
      await sees(returned, [1]);
      expect(returned.id).not.toBe(former);
      expect(goes.calls).toBe(calls);
    });

    it('empties the roster when the relay goes, and finds everybody again, renamed, when it comes back', async () => {
      const [first, second] = [open(1), open(2)];
      await sees(first, [2]);
      await sees(second, [1]);
      const former = second.id;
      await fixture.stopRelay();
      await vi.waitFor(() => expect(first.states.at(-1)).toBe('offline'), 5_000);
      expect(first.roster).toEqual([]);
      expect(first.signaling.self()).toBeUndefined();
      expect(first.signaling.send(former, Uint8Array.of(1))).toBe(false);
      await fixture.startRelay();
      await sees(first, [2]);
      await sees(second, [1]);
      expect(first.roster[0]?.rendezvous).toBe(second.id);
      expect(second.id).not.toBe(former);
      expect(first.signaling.send(second.id, Uint8Array.of(5))).toBe(true);
      await vi.waitFor(() => expect(second.signals.at(-1)).toEqual({ from: first.id, payload: Uint8Array.of(5) }));
    });
  });
}
