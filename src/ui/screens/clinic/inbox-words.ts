/** What an inbox item says of itself: nothing of a consent that is not here, and no end of what has ended. */
import type { InboxRow } from '../../../node/api.ts';
import type { Dictionary } from '../../i18n/en.ts';

export function stateText({ state, terms }: Pick<InboxRow, 'state' | 'terms'>, words: Dictionary): string {
  const { consentTexts, stateTexts } = words.clinic.inbox;
  return (terms ? undefined : consentTexts[state]) ?? stateTexts[state];
}

/** Unix seconds; undefined where nothing is known of it, or nothing can be read any more. */
export function readableUntilS({ state, terms }: Pick<InboxRow, 'state' | 'terms'>): number | undefined {
  const isOver = state === 'revoked' || state === 'expired' || state === 'erased';
  return isOver ? undefined : terms?.expiresAtS;
}

/** A newer version has come since the first: a share may well begin with version 3. */
export function isUpdated({ version, firstVersion }: Pick<InboxRow, 'version' | 'firstVersion'>): boolean {
  return version > firstVersion;
}
