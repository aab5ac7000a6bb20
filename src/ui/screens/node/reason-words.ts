import type { Dictionary } from '../../i18n/en.ts';

const REMOTE = 'remote:';

/**
 * Why a peer is gone, in words; the code stands beside them.
 * @param reason  stable code; `remote:` in front means that the other side gave it
 */
export function wordsForReason(reason: string, banned: boolean, t: Dictionary): string {
  const words = t.node.peers;
  const remote = reason.startsWith(REMOTE);
  const code = remote ? reason.slice(REMOTE.length) : reason;
  const known = Object.hasOwn(words.reasons, code) ? words.reasons[code] : undefined;
  // What they say of us is not what we say of them; only leaving reads the same from both sides.
  if (remote && !LEAVING.has(code)) return words.remote(code);
  return known ?? (banned || code.startsWith('bad-') ? words.brokeRule : words.otherReason);
}

const LEAVING: ReadonlySet<string> = new Set(['pagehide', 'page-hidden', 'bye', 'stopping']);
