/** What a relay may rely on, whatever joins it to the others. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RelayBus } from '../../../src/relay/bus.ts';

export interface RelayBusFixture {
  connect(): Promise<RelayBus>;
  /** What is between the buses goes away, with all it knew. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  dispose(): Promise<void>;
}

const TTL_MS = 60_000;
const SHORT_TTL_MS = 50;
let names = 0;
const fresh = (what: string) => `${what}-${process.pid}-${++names}`;

/** A bus and what it heard. */
class Listening {
  readonly bus: RelayBus;
  readonly heard: (readonly [string, string])[] = [];
  readonly changes: boolean[] = [];

  constructor(bus: RelayBus) {
    this.bus = bus;
    bus.listen({
      heard: (room, message) => this.heard.push([room, message]),
      changed: (isUp) => this.changes.push(isUp),
    });
  }
}

export function describeRelayBus(name: string, open: () => Promise<RelayBusFixture>): void {
  describe(`relay bus: ${name}`, () => {
    let fixture: RelayBusFixture;
    let buses: RelayBus[] = [];
    const connect = async () => {
      const bus = await fixture.connect();
      buses.push(bus);
      return new Listening(bus);
    };
    const entries = (...ids: string[]) => new Map(ids.map((id) => [id, `of ${id}`] as const));

    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      buses = [];
      await fixture.dispose();
    });

    it('carries what is said to all who subscribed, in order, and to nobody else', async () => {
      const [one, two, deaf] = [await connect(), await connect(), await connect()];
      const [room, other] = [fresh('room'), fresh('room')];
      await Promise.all([one.bus.subscribe(room), two.bus.subscribe(room), deaf.bus.subscribe(other)]);
      for (let i = 0; i < 100; i++) expect(one.bus.publish(room, `${i}`)).toBe(true);
      const all = Array.from({ length: 100 }, (_, i) => [room, `${i}`]);
      await vi.waitFor(() => expect(two.heard).toEqual(all));
      await vi.waitFor(() => expect(one.heard).toEqual(all));
      one.bus.publish(other, 'done');
      await vi.waitFor(() => expect(deaf.heard).toEqual([[other, 'done']]));
    });

    it('carries text as it is, a frame long', async () => {
      const { bus, heard } = await connect();
      const room = fresh('room');
      const text = 'ü\n"\u0000'.repeat(8_000);
      await bus.subscribe(room);
      bus.publish(room, text);
      await vi.waitFor(() => expect(heard).toEqual([[room, text]]));
    });

    it('says nothing of a room that was left', async () => {
      const { bus, heard } = await connect();
      const [left, kept] = [fresh('room'), fresh('room')];
      await Promise.all([bus.subscribe(left), bus.subscribe(kept)]);
      bus.unsubscribe(left);
      // Answered after what was asked before it.
      await bus.subscribe(kept);
      bus.publish(left, 'a');
      bus.publish(kept, 'b');
      await vi.waitFor(() => expect(heard).toEqual([[kept, 'b']]));
    });

    it('keeps who is in a room, for all to read, and no more of it than was asked for', async () => {
      const [one, two] = [await connect(), await connect()];
      const room = fresh('room');
      expect((await one.bus.roster(room, 10)).size).toBe(0);
      one.bus.store(room, entries('a', 'b'), TTL_MS);
      one.bus.store(room, entries('b', 'c'), TTL_MS);
      expect(await one.bus.roster(room, 10)).toEqual(entries('a', 'b', 'c'));
      expect(await two.bus.roster(room, 10)).toEqual(entries('a', 'b', 'c'));
      expect((await two.bus.roster(room, 2)).size).toBe(2);
      two.bus.remove(room, ['a', 'c', 'never there']);
      expect(await two.bus.roster(room, 10)).toEqual(entries('b'));
      two.bus.remove(room, ['b']);
      expect((await two.bus.roster(room, 10)).size).toBe(0);
    });

    it('forgets a room that no relay keeps', async () => {
      const { bus } = await connect();
      const [kept, left] = [fresh('room'), fresh('room')];
      const relay = fresh('relay');
      for (const room of [kept, left]) bus.store(room, entries('a'), SHORT_TTL_MS);
      await bus.beat(relay, [kept], TTL_MS);
      await vi.waitFor(async () => expect((await bus.roster(left, 10)).size).toBe(0));
      expect(await bus.roster(kept, 10)).toEqual(entries('a'));
    });

    it('knows which relays live, by their beats', async () => {
      const [one, two] = [await connect(), await connect()];
      const [lasting, brief, never] = [fresh('relay'), fresh('relay'), fresh('relay')];
      expect(await one.bus.beat(lasting, [], TTL_MS)).toBe(false);
      expect(await one.bus.beat(lasting, [], TTL_MS)).toBe(true);
      await one.bus.beat(brief, [], SHORT_TTL_MS);
      await vi.waitFor(async () => {
        expect(await two.bus.living([brief, lasting, never])).toEqual(new Set([lasting]));
      });
      expect(await one.bus.beat(brief, [], TTL_MS)).toBe(false);
      expect(await two.bus.living([])).toEqual(new Set());
    });

    it('says when it is away, keeps nothing for later, and comes back by itself, with no subscription', async () => {
      const listening = await connect();
      const { bus, changes, heard } = listening;
      const room = fresh('room');
      await bus.subscribe(room);
      expect(bus.isUp).toBe(true);
      await fixture.stopServer();
      await vi.waitFor(() => expect(changes).toEqual([false]));
      expect(bus.isUp).toBe(false);
      expect(bus.publish(room, 'lost')).toBe(false);
      expect(bus.store(room, entries('lost'), TTL_MS)).toBe(false);
      expect(bus.remove(room, ['a'])).toBe(false);
      await expect(bus.subscribe(room)).rejects.toThrow();
      await expect(bus.roster(room, 10)).rejects.toThrow();
      await expect(bus.beat('relay', [room], TTL_MS)).rejects.toThrow();
      await expect(bus.living(['relay'])).rejects.toThrow();

      await fixture.startServer();
      await vi.waitFor(() => expect(changes).toEqual([false, true]), { timeout: 30_000 });
      expect((await bus.roster(room, 10)).size).toBe(0);
      const other = await connect();
      other.bus.publish(room, 'not subscribed');
      await other.bus.roster(room, 10);
      await bus.subscribe(room);
      other.bus.publish(room, 'subscribed');
      await vi.waitFor(() => expect(heard).toEqual([[room, 'subscribed']]));
    });

    it('that is closed is away', async () => {
      const { bus } = await connect();
      await bus.close();
      expect(bus.isUp).toBe(false);
      expect(bus.publish('room', 'a')).toBe(false);
      await expect(bus.subscribe('room')).rejects.toThrow();
    });
  });
}
