/** What `/metrics` says, in Prometheus' text format: numbers only, no label that names a room, a tab or an address. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Relay, RelayStats } from '../../relay/relay.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

const GAUGES = {
  sockets: 'WebSockets that are open',
  rooms: 'Rooms that somebody is in',
  members: 'Tabs that are in a room',
} as const satisfies Partial<Record<keyof RelayStats, string>>;

const COUNTERS = {
  joins: ['joins_total', 'Tabs that joined a room'],
  signals: ['signals_total', 'Signals from tab to tab'],
  busUnsent: ['bus_unsent_total', 'Messages to other relays that were dropped because the bus was away'],
  busRefused: ['bus_refused_total', 'Messages from the bus that no relay would write'],
  droppedFrames: ['dropped_frames_total', 'Frames dropped because a tab sent too much'],
} as const satisfies Partial<Record<keyof RelayStats, readonly [string, string]>>;

const COUNTERS_BY_REASON = {
  refused: ['refused_upgrades_total', 'Connections refused before they were WebSockets'],
  closed: ['closed_sockets_total', 'WebSockets that are gone'],
} as const satisfies Partial<Record<keyof RelayStats, readonly [string, string]>>;

const PREFIX = 'medmesh_relay_';

/** @param relay  the one that runs, undefined while none does; a relay counts from zero, as counters may */
export function relayMetrics(relay: () => Relay | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const numberOf = (key: keyof typeof GAUGES | keyof typeof COUNTERS) => relay()?.stats()[key] ?? 0;
  for (const [key, help] of entriesOf(GAUGES)) {
    const collect = (gauge: Gauge) => gauge.set(numberOf(key));
    addGauge(PREFIX + key, help, registers, collect);
  }
  addGauge(`${PREFIX}bus_up`, 'Whether the bus to other relays is up: 1, or 0 without one', registers, (gauge) =>
    gauge.set(relay()?.stats().bus === 'up' ? 1 : 0),
  );
  for (const [key, [name, help]] of entriesOf(COUNTERS)) {
    addCounter(PREFIX + name, help, [], registers, (counter) => counter.inc(numberOf(key)));
  }
  for (const [key, [name, help]] of entriesOf(COUNTERS_BY_REASON)) {
    addCounter(PREFIX + name, help, ['reason'], registers, (counter) => {
      const counts = Object.entries(relay()?.stats()[key] ?? {});
      for (const [reason, count] of counts) counter.inc({ reason }, count);
    });
  }
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

function addGauge(name: string, help: string, registers: Registry[], read: (gauge: Gauge) => void): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      read(this);
    },
  });
}

/** Counted elsewhere already: written anew each time somebody asks. */
function addCounter(
  name: string,
  help: string,
  labelNames: string[],
  registers: Registry[],
  read: (counter: Counter) => void,
): void {
  new Counter({
    name,
    help,
    labelNames,
    registers,
    collect() {
      this.reset();
      read(this);
    },
  });
}

function entriesOf<T extends object>(object: T): [keyof T, T[keyof T]][] {
  return Object.entries(object) as [keyof T, T[keyof T]][];
}
