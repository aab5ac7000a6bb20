import type { LogEvent } from '../../../node/api.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { wordsForReason } from './reason-words.ts';

interface LogWordsShown {
  readonly words: string;
  /** What the machine said: a code, a row's name. */
  readonly detail: string | undefined;
}

export function wordsForEvent(event: LogEvent, t: Dictionary): LogWordsShown {
  // Each type has the function for its own events.
  const write = t.log[event.type] as (event: LogEvent) => string;
  if (event.type === 'peer-gone') {
    return { words: `${write(event)} ${wordsForReason(event.reason, false, t)}`, detail: event.reason };
  }
  const detail = 'detail' in event ? event.detail : undefined;
  return { words: write(event), detail: event.type === 'halted' ? [event.code, detail].join(' ').trim() : detail };
}
