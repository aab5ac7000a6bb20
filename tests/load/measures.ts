/** What the relay's own metrics and the clients' clocks come to. */
import type { Figure } from '../bench/figures.ts';
import type { ClientsDone, Load } from './orders.ts';

/** Of the relay's process: what Prometheus would be told. */
export interface Sample {
  readonly sockets: number;
  readonly joins: number;
  readonly cpuS: number;
  readonly memoryMb: number;
}

export async function metricsOf(url: string): Promise<Sample> {
  const text = await (await fetch(`${url}metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    sockets: read('medmesh_relay_sockets'),
    joins: read('medmesh_relay_joins_total'),
    cpuS: read('process_cpu_seconds_total'),
    memoryMb: read('process_resident_memory_bytes') / 1e6,
  };
}

export interface Samples {
  readonly bare: Sample;
  readonly idle: Sample;
  readonly busy: Sample;
  readonly openedS: number;
  readonly busyS: number;
}

export function figuresOf(load: Load, samples: Samples, results: readonly ClientsDone[]): readonly Figure[] {
  const { bare, idle, busy, openedS, busyS } = samples;
  const sum = (read: (each: ClientsDone) => number) => results.reduce((total, each) => total + read(each), 0);
  return [
    {
      what: 'sockets open, each in a room',
      value: idle.sockets,
      unit: '',
      details: {
        'asked for': load.sockets,
        'opened in, s': Math.round(openedS),
        'lost later': sum((each) => each.lost),
      },
    },
    {
      what: 'joins done on top of them',
      value: (busy.joins - idle.joins) / busyS,
      unit: 'a second',
      details: {
        'asked for': load.joins,
        refused: sum((each) => each.failed),
        'not sent, too many waiting': sum((each) => each.missed),
      },
    },
    latency(
      'join, from connecting to the roster',
      results.flatMap((each) => each.joinMs),
    ),
    latency(
      'signal, from tab to tab',
      results.flatMap((each) => each.signalMs),
    ),
    {
      what: 'memory of the relay under load',
      value: busy.memoryMb,
      unit: 'MB',
      details: {
        'without sockets, MB': Math.round(bare.memoryMb),
        'idle, MB': Math.round(idle.memoryMb),
        'a socket, KB': Math.round(((idle.memoryMb - bare.memoryMb) * 1000) / Math.max(1, idle.sockets)),
      },
    },
    {
      what: 'processor time of the relay under load',
      value: (100 * (busy.cpuS - idle.cpuS)) / busyS,
      unit: '% of a core',
      details: { 'while opening, s in all': Math.round(idle.cpuS - bare.cpuS) },
    },
  ];
}

function latency(what: string, samplesMs: readonly number[]): Figure {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return {
    what,
    value: rounded(at(0.5)),
    unit: 'ms, median',
    details: {
      'p90, ms': rounded(at(0.9)),
      'p99, ms': rounded(at(0.99)),
      'most, ms': rounded(at(1)),
      measured: sorted.length,
    },
  };
}
