/** What the node may rely on, whatever carries its messages. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { equalBytes, toHex } from '../../../src/core/bytes.ts';
import {
  MESSAGE_BYTES_MAX,
  type LinkId,
  type LinkInfo,
  type RelayState,
  type RendezvousId,
  type RosterEntry,
  type Transport,
} from '../../../src/node/ports.ts';

export interface TransportFixture {
  /** A tab's transport, not started; all of them share a room. */
  createTransport(options?: { readonly dialTimeoutMs?: number }): Transport;
  stopRelay(): void;
  startRelay(): void;
  dispose(): void;
}

interface Closing {
  readonly link: LinkId | undefined;
  readonly rendezvous: RendezvousId;
  readonly reason: string;
}

/** A started tab that remembers what it was told. */
export class Tab {
  readonly transport: Transport;
  readonly number: number;
  readonly links: LinkInfo[] = [];
  readonly closings: Closing[] = [];
  readonly messages: { readonly link: LinkId; readonly bytes: Uint8Array }[] = [];
  readonly drained: LinkId[] = [];
  roster: readonly RosterEntry[] = [];
  state: RelayState | undefined;
  calls = 0;

  constructor(transport: Transport, number: number) {
    this.transport = transport;
    this.number = number;
    this.start();
  }

  start(): void {
    const told =
      <Args extends unknown[]>(note: (...args: Args) => void) =>
      (...args: Args) => {
        this.calls += 1;
        note(...args);
      };
    this.transport.start(Uint8Array.of(this.number), {
      onRoster: told((roster) => (this.roster = roster)),
      onRelayState: told((state) => (this.state = state)),
      onLink: told((info) => this.links.push(info)),
      onMessage: told((link, bytes) => this.messages.push({ link, bytes })),
      onDrain: told((link) => this.drained.push(link)),
      onClosed: told((link, rendezvous, reason) => this.closings.push({ link, rendezvous, reason })),
    });
  }

  /** The name under which `other` can be dialled. */
  nameOf(other: Tab): RendezvousId {
    const entry = this.roster.find(({ presence }) => presence[0] === other.number);
    if (!entry) throw new Error(`tab ${this.number} does not see tab ${other.number}`);
    return entry.rendezvous;
  }

  /** The link opened last. */
  get link(): LinkId {
    return this.links.at(-1)!.link;
  }

  closedLink(link: LinkId): Closing | undefined {
    return this.closings.find((closing) => closing.link === link);
  }
}

export function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 5 });
}

/** Both see each other, and nobody else is needed for it. */
export async function seeEachOther(...tabs: readonly Tab[]): Promise<void> {
  await until(() => {
    for (const tab of tabs) for (const other of tabs) if (other !== tab) tab.nameOf(other);
  });
}

export async function linkUp(dialler: Tab, other: Tab): Promise<void> {
  await seeEachOther(dialler, other);
  const [before, otherBefore] = [dialler.links.length, other.links.length];
  dialler.transport.dial(dialler.nameOf(other));
  await until(() => expect([dialler.links.length, other.links.length]).toEqual([before + 1, otherBefore + 1]));
}

/** Content that shows when parts of it are missing, repeated or swapped. */
function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) + seed) & 255;
  return bytes;
}

export function describeTransport(name: string, makeFixture: () => TransportFixture): void {
  describe(`transport: ${name}`, () => {
    let fixture: TransportFixture;
    let tabs: Tab[];
    const open = (options?: { readonly dialTimeoutMs?: number }): Tab => {
      const tab = new Tab(fixture.createTransport(options), tabs.length + 1);
      tabs.push(tab);
      return tab;
    };

    beforeEach(() => {
      fixture = makeFixture();
      tabs = [];
    });

    afterEach(() => {
      for (const tab of tabs) tab.transport.stop();
      fixture.dispose();
    });

    it('shows who is in the room, ourselves left out, and who left', async () => {
      const [first, second] = [open(), open()];
      await seeEachOther(first, second);
      expect(first.roster).toEqual([{ rendezvous: first.nameOf(second), presence: Uint8Array.of(second.number) }]);
      expect(first.state).toBe('online');
      second.transport.stop();
      await until(() => expect(first.roster).toEqual([]));
    });

    it('opens one link with one channel binding, told to both ends', async () => {
      const [first, second, third] = [open(), open(), open()];
      await linkUp(first, second);
      await linkUp(third, second);
      const [atFirst, atSecond, atThird] = [first.links[0]!, second.links[0]!, third.links[0]!];
      expect(atFirst).toMatchObject({ rendezvous: first.nameOf(second), outbound: true });
      expect(atSecond).toMatchObject({ rendezvous: second.nameOf(first), outbound: false });
      expect(atFirst.channelBinding).toHaveLength(32);
      expect(toHex(atFirst.channelBinding)).toBe(toHex(atSecond.channelBinding));
      expect(toHex(atThird.channelBinding)).toBe(toHex(second.links[1]!.channelBinding));
      expect(toHex(atThird.channelBinding)).not.toBe(toHex(atFirst.channelBinding));
      expect(second.links[1]!.link).not.toBe(atSecond.link);
    });

    it('ignores a dial of itself, and of a tab already linked or being dialled', async () => {
      const [first, second] = [open(), open()];
      await seeEachOther(first, second);
      first.transport.dial(second.nameOf(first));
      first.transport.dial(first.nameOf(second));
      await linkUp(first, second);
      first.transport.dial(first.nameOf(second));
      second.transport.dial(second.nameOf(first));
      // A dial that did start would be done by the time this comes back.
      first.transport.send(first.link, Uint8Array.of(1), 'control');
      await until(() => expect(second.messages).toHaveLength(1));
      expect([first.links, second.links].map((links) => links.length)).toEqual([1, 1]);
      expect([...first.closings, ...second.closings]).toEqual([]);
    });

    it("lets the lower name's dial win when both dial at once", async () => {
      const pairs = [
        [open(), open()],
        [open(), open()],
        [open(), open()],
      ] as const;
      await seeEachOther(...pairs.flat());
      for (const [first, second] of pairs) {
        first.transport.dial(first.nameOf(second));
        second.transport.dial(second.nameOf(first));
      }
      await until(() => expect(tabs.map((tab) => tab.links.length)).toEqual(tabs.map(() => 1)));
      for (const [first, second] of pairs) {
        const firstIsLower = second.nameOf(first) < first.nameOf(second);
        expect(first.links[0]!.outbound).toBe(firstIsLower);
        expect(second.links[0]!.outbound).toBe(!firstIsLower);
        expect(toHex(first.links[0]!.channelBinding)).toBe(toHex(second.links[0]!.channelBinding));
        first.transport.send(first.link, Uint8Array.of(7), 'control');
        await until(() => expect(second.messages).toHaveLength(1));
      }
      expect(tabs.flatMap((tab) => tab.closings)).toEqual([]);
    });

    it('reports a dial that nobody answers, and one that is no name', async () => {
      const tab = open({ dialTimeoutMs: 200 });
      await until(() => expect(tab.state).toBe('online'));
      const [nobody, noName] = ['ab'.repeat(16), 'nobody'];
      tab.transport.dial(nobody);
      tab.transport.dial(noName);
      await until(() => expect(tab.closings).toHaveLength(2));
      expect(tab.closings).toContainEqual({ link: undefined, rendezvous: nobody, reason: 'dial-timeout' });
      expect(tab.closings).toContainEqual({ link: undefined, rendezvous: noName, reason: 'bad-rendezvous' });
    });

    it('bears many dials at once', async () => {
      const server = open();
      const clients = Array.from({ length: 10 }, () => open());
      await seeEachOther(server, ...clients);
      for (const client of clients) client.transport.dial(client.nameOf(server));
      await until(() => expect(server.links).toHaveLength(clients.length));
      expect(new Set(server.links.map((info) => toHex(info.channelBinding))).size).toBe(clients.length);
    });

    it('carries messages of any allowed length whole and in order, leaving the sender its own', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      const lengths = [0, 1, 16_375, 16_376, 40_000, MESSAGE_BYTES_MAX];
      const sent = lengths.map((length, seed) => pattern(length, seed));
      for (const bytes of sent) expect(first.transport.send(first.link, bytes, 'control')).toBe(true);
      await until(() => expect(second.messages).toHaveLength(sent.length));
      for (const [index, { link, bytes }] of second.messages.entries()) {
        expect(link).toBe(second.link);
        expect(equalBytes(bytes, pattern(lengths[index]!, index))).toBe(true);
        bytes.fill(0);
      }
      for (const [index, bytes] of sent.entries()) {
        expect(equalBytes(bytes, pattern(lengths[index]!, index))).toBe(true);
      }
    });

    it('refuses a message that is too long, and any on a link that is not open', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      const tooLong = new Uint8Array(MESSAGE_BYTES_MAX + 1);
      expect(first.transport.send(first.link, tooLong, 'bulk')).toBe(false);
      expect(first.transport.send(first.link, tooLong, 'control')).toBe(false);
      expect(first.transport.send(first.link + 1, Uint8Array.of(1), 'control')).toBe(false);
      expect(first.transport.send(first.link, Uint8Array.of(1), 'control')).toBe(true);
    });

    it('lets control messages overtake bulk', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      expect(first.transport.send(first.link, pattern(MESSAGE_BYTES_MAX, 1), 'bulk')).toBe(true);
      expect(first.transport.send(first.link, Uint8Array.of(1, 2, 3), 'control')).toBe(true);
      await until(() => expect(second.messages).toHaveLength(2));
      expect(second.messages.map(({ bytes }) => bytes.length)).toEqual([3, MESSAGE_BYTES_MAX]);
    });

    it('says when bulk must wait and when it may go on, and loses nothing', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      const chunk = (index: number) => pattern(100_000, index);
      let accepted = 0;
      const fill = () => {
        while (first.transport.send(first.link, chunk(accepted), 'bulk')) accepted += 1;
      };
      fill();
      const beforeDrain = accepted;
      expect(beforeDrain).toBeGreaterThan(1);
      expect(beforeDrain).toBeLessThan(40);
      await until(() => expect(first.drained).toEqual([first.link]));
      fill();
      expect(accepted).toBeGreaterThan(beforeDrain);
      await until(() => expect(second.messages).toHaveLength(accepted));
      expect(second.messages.every(({ bytes }, index) => equalBytes(bytes, chunk(index)))).toBe(true);
    });

    it('bounds what waits at control priority', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      const message = new Uint8Array(50_000);
      let accepted = 0;
      while (accepted < 100 && first.transport.send(first.link, message, 'control')) accepted += 1;
      expect(accepted).toBeGreaterThan(9);
      expect(accepted).toBeLessThan(20);
      await until(() => expect(second.messages).toHaveLength(accepted));
    });

    it('sends the control messages that wait before it closes, with the reason, and nothing after', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      first.transport.send(first.link, pattern(MESSAGE_BYTES_MAX, 1), 'bulk');
      for (let index = 0; index < 100; index++) first.transport.send(first.link, pattern(1_000, index), 'control');
      first.transport.close(first.link, 'Enough, thanks!');
      expect(first.transport.send(first.link, Uint8Array.of(1), 'control')).toBe(false);
      expect(first.closings).toEqual([]);
      second.transport.send(second.link, Uint8Array.of(1), 'control');
      await until(() => expect(second.closings).toHaveLength(1));
      expect(second.closings[0]).toMatchObject({ link: second.link, reason: 'remote:enough-thanks' });
      expect(second.messages.map(({ bytes }) => bytes.length)).toEqual(Array(100).fill(1_000));
      await until(() => expect(first.closings).toHaveLength(1));
      expect(first.closings[0]).toMatchObject({ link: first.link, reason: 'enough-thanks' });
      expect(first.messages).toEqual([]);
      first.transport.close(first.link, 'again');

      await linkUp(second, first);
      expect(first.links[1]!.link).not.toBe(first.links[0]!.link);
      expect([first.closings.length, second.closings.length]).toEqual([1, 1]);
    });

    it('says goodbye when it stops, tells its own node nothing more, and can be started again', async () => {
      const [first, second] = [open(), open()];
      await linkUp(first, second);
      const link = first.link;
      first.transport.stop();
      const calls = first.calls;
      expect(first.transport.send(link, Uint8Array.of(1), 'control')).toBe(false);
      await until(() => expect(second.closedLink(second.link)?.reason).toBe('remote:bye'));
      expect(first.calls).toBe(calls);
      first.start();
      await linkUp(second, first);
      expect(first.link).not.toBe(link);
    });

    it('keeps its links without the relay, and finds the room again when it is back', async () => {
      const [first, second, third] = [open(), open(), open()];
      await linkUp(first, second);
      await seeEachOther(first, third);
      const former = first.nameOf(third);
      fixture.stopRelay();
      await until(() => expect([first.state, first.roster.length]).toEqual(['offline', 0]));
      first.transport.dial(former);
      await until(() => expect(first.closings).toHaveLength(1));
      expect(first.closings[0]).toEqual({ link: undefined, rendezvous: former, reason: 'relay-offline' });
      first.transport.send(first.link, Uint8Array.of(5), 'control');
      await until(() => expect(second.messages).toHaveLength(1));
      fixture.startRelay();
      await linkUp(third, first);
      expect(first.closings).toHaveLength(1);
    });
  });
}
