/** Keeps the last that the node noted, and says how grave each is. */
import type { Rejection } from '../core/result.ts';
import type { LogEvent, LogRow } from './log-event.ts';
import { LOG_ROWS_MAX } from './params.ts';
import type { Clock } from './ports.ts';

const LEVELS: Readonly<Record<LogEvent['type'], LogRow['level']>> = {
  started: 'info',
  halted: 'error',
  'clock-slow': 'warn',
  'peer-connected': 'info',
  'peer-gone': 'info',
  'block-mined': 'info',
  'own-block-refused': 'warn',
  'block-refused': 'warn',
  reorg: 'info',
  'reorg-refused': 'warn',
  'own-transaction-refused': 'warn',
  'own-transaction-overtaken': 'warn',
  'storage-fault': 'error',
  'chain-repaired': 'warn',
  'chain-not-repaired': 'error',
  'connecting-stored': 'warn',
  'connected-stored': 'info',
  'verifier-died': 'warn',
  'code-unavailable': 'warn',
  'record-mended': 'info',
  'document-not-dropped': 'warn',
  'capsule-refused': 'warn',
  'shared-record-refused': 'warn',
};

/** A rejection as the `detail` of an event. */
export function detailOf({ code, detail }: Rejection): string {
  return detail === undefined ? code : `${code} ${detail}`;
}

export class NodeLog {
  private readonly clock: Clock;
  private readonly onChanged: () => void;
  private readonly kept: LogRow[] = [];

  constructor(clock: Clock, onChanged: () => void) {
    this.clock = clock;
    this.onChanged = onChanged;
  }

  /** Newest last, at most LOG_ROWS_MAX. */
  get rows(): readonly LogRow[] {
    return this.kept;
  }

  note(event: LogEvent): void {
    this.kept.push({ atMs: this.clock.nowMs(), level: LEVELS[event.type], event });
    if (this.kept.length > LOG_ROWS_MAX) this.kept.shift();
    this.onChanged();
  }
}
