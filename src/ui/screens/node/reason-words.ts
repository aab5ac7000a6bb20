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
  const known = lookUp(words.reasons, code) ?? lookUp(words.reasons, generalCode(code));
  // What they say of us is not what we say of them; only leaving reads the same from both sides.
  if (remote && !LEAVING.has(code)) return words.remote(code);
  return known ?? (banned || code.startsWith('bad-') ? words.brokeRule : words.otherReason);
}

/** Codes come from others: `constructor` is not a reason. */
function lookUp(reasons: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(reasons, code) ? reasons[code] : undefined;
}

/** `message-truncated`, `tx-oversized`…: which rule of the encoding was broken is for the code beside the words. */
function generalCode(code: string): string {
  return /^(message|tx)-/.test(code) ? 'bad-message' : code;
}

const LEAVING: ReadonlySet<string> = new Set(['pagehide', 'page-hidden', 'bye', 'stopping']);
