/** What links from outside say, without acting on them. */
import { formatAddress } from '../../core/account.ts';
import { toHex } from '../../core/bytes.ts';
import type { SlotId } from '../../core/ids.ts';
import { verificationDigits } from '../../health/verification-digits.ts';
import type { LinkDescription, Outcome } from '../api.ts';
import type { NodeCore } from '../node-core.ts';
import type { NetworkEntry } from './network-entry.ts';
import { findOrganisation } from './organisations.ts';
import { done, fail } from './problem.ts';

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
    return isOwnGrant(link.slotId) ? fail('link-own') : done({ kind: 'share', networkName });
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
