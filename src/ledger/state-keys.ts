/** Where things are in the state map: one namespace byte, then the id. */
import { concatBytes } from '../core/bytes.ts';
import { AccountId, SlotId, StateKey } from '../core/ids.ts';

const ACCOUNT = Uint8Array.of(0x01);
const IDENTITY = Uint8Array.of(0x02);
const SLOT = Uint8Array.of(0x03);

export function accountKey(account: AccountId): StateKey {
  return StateKey.of(concatBytes(ACCOUNT, AccountId.toBytes(account)));
}

/** Of the organisation whose key gives this account. */
export function identityKey(account: AccountId): StateKey {
  return StateKey.of(concatBytes(IDENTITY, AccountId.toBytes(account)));
}

export function slotKey(slot: SlotId): StateKey {
  return StateKey.of(concatBytes(SLOT, SlotId.toBytes(slot)));
}
