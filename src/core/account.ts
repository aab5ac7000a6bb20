/** Accounts: who holds coins. An account is a hash of its key, so that the key shows only once it spends. */
import { abytes } from './bytes.ts';
import { decodeBech32m, encodeBech32m, type Bech32mCode } from './bech32m.ts';
import { PUBLIC_KEY_BYTES } from './ecdsa.ts';
import { taggedHash } from './hash.ts';
import { AccountId } from './ids.ts';
import { accept, reject, type Result } from './result.ts';

const ADDRESS_PREFIX = 'mm';

export function accountOf(publicKey: Uint8Array): AccountId {
  const hash = taggedHash('medmesh/account', abytes(publicKey, PUBLIC_KEY_BYTES, 'public key'));
  return AccountId.of(hash.subarray(0, AccountId.byteLength));
}

/** The account as people see it: `mm1` and 38 characters, checksummed. */
export function formatAddress(account: AccountId): string {
  return encodeBech32m(ADDRESS_PREFIX, AccountId.toBytes(account));
}

export function parseAddress(text: string): Result<AccountId, Bech32mCode> {
  const decoded = decodeBech32m(text);
  if (!decoded.ok) return decoded;
  const { prefix, bytes } = decoded.value;
  if (prefix !== ADDRESS_PREFIX) return reject('bad-prefix', prefix);
  if (bytes.length !== AccountId.byteLength) return reject('bad-length', `${bytes.length} bytes`);
  return accept(AccountId.of(bytes));
}
