/** Organisations of this network, as the chain or the mempool knows them. */
import { accountOf, parseAddress } from '../../core/account.ts';
import type { AccountId } from '../../core/ids.ts';
import { decodeIdentity, identity, type IdentityPayload } from '../../ledger/identity.ts';
import { identityKey } from '../../ledger/state-keys.ts';
import type { NodeCore } from '../node-core.ts';

export interface Organisation extends IdentityPayload {
  readonly account: AccountId;
  /** The key that published the profile, 33 bytes. */
  readonly publicKey: Uint8Array;
}

/** @param address  bech32m, from outside */
export async function findOrganisationByAddress(core: NodeCore, address: string): Promise<Organisation | undefined> {
  const account = parseAddress(address.trim());
  return account.ok ? findOrganisation(core, account.value) : undefined;
}

/** What waits in the mempool is newer than what the chain holds. */
export async function findOrganisation(core: NodeCore, account: AccountId): Promise<Organisation | undefined> {
  const waiting = findWaiting(core, account);
  if (waiting) return waiting;
  const [bytes] = await core.chain.readState([identityKey(account)]);
  return bytes ? { ...decodeIdentity(bytes), account } : undefined;
}

function findWaiting(core: NodeCore, account: AccountId): Organisation | undefined {
  let newest: { readonly accountNonce: number; readonly organisation: Organisation } | undefined;
  for (const { tx } of core.mempool.ordered()) {
    if (tx.kind !== identity.number || accountOf(tx.sender) !== account) continue;
    const payload = identity.codec.decode(tx.payload);
    if (!payload.ok || tx.accountNonce < (newest?.accountNonce ?? 0)) continue;
    newest = {
      accountNonce: tx.accountNonce,
      organisation: { ...payload.value, account, publicKey: tx.sender },
    };
  }
  return newest?.organisation;
}
