/** What links from outside say, without acting on them. */
import { formatAddress } from '../../core/account.ts';
import { toHex } from '../../core/bytes.ts';
import type { SlotId } from '../../core/ids.ts';
import type { ShareLink } from '../../health/share-link.ts';
import { verificationDigits } from '../../health/verification-digits.ts';
import { ERASED } from '../../ledger/slot-state.ts';
import type { LinkDescription, Outcome } from '../api.ts';
import type { NodeCore } from '../node-core.ts';
import { latestTimeS } from './context.ts';
import type { NetworkEntry } from './network-entry.ts';
import { findOrganisation } from './organisations.ts';
import { DONE, done, fail } from './problem.ts';
import { readConfirmed } from './slots.ts';

/** @param isOwnGrant  whether a capsule is one of this person's own */
export async function describeLink(
  core: NodeCore,
  entry: NetworkEntry,
  text: string,
  isOwnGrant: (slotId: SlotId) => boolean,
): Promise<Outcome<LinkDescription>> {
  const parsed = entry.parse(text);
  if (!parsed.ok) return fail(parsed.code, parsed.detail);
  const link = parsed.value;
  const networkName = link.spec.name;
  if (link.kind === 'invite') return done({ kind: 'invite', networkName });
  if (link.kind === 'share') {
    const usable = await checkShareLink(core, link, isOwnGrant);
    return usable.ok ? done({ kind: 'share', networkName, untilS: link.untilS }) : usable;
  }
  const organisation = await findOrganisation(core, link.organisation);
  if (!organisation) return fail('organisation-unknown');
  const { name, role } = organisation;
  return done({
    kind: 'request',
    networkName,
    organisation: { account: formatAddress(link.organisation), name, role, digits: verificationDigits(organisation) },
    requestId: toHex(link.requestId),
    wants: link.wants,
    purpose: link.purpose,
    untilS: link.untilS,
  });
}

/** Whether anything can be had by this link. A revocation that left a document behind shows only in that document. */
export async function checkShareLink(
  core: NodeCore,
  { slotId, untilS }: ShareLink,
  isOwnGrant: (slotId: SlotId) => boolean,
): Promise<Outcome> {
  if (isOwnGrant(slotId)) return fail('link-own');
  if (untilS <= latestTimeS(core)) return fail('link-expired', `at ${untilS}`);
  const slot = await readConfirmed(core, slotId);
  return slot?.blobId === ERASED ? fail('link-expired', `slot ${slotId} is erased`) : DONE;
}
