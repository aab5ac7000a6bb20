/** What transactions may do: what all have in common, then kind by kind. */
import { rulesOf, type Rule } from '../rule.ts';

export const LEDGER_RULES: readonly Rule[] = [
  ...rulesOf('src/core/transaction.ts', [
    {
      rule: 'a transaction has at most 8,192 bytes',
      code: 'oversized',
      from: 'decode(bytes, TX_BYTES_MAX, readTransaction)',
      to: 'decode(bytes, 2 * TX_BYTES_MAX, readTransaction)',
    },
    {
      rule: 'version of a transaction is 1',
      code: 'bad-value',
      from: 'if (version !== TRANSACTION_VERSION)',
      to: 'if (false)',
    },
    {
      rule: 'expiryHeight is at most 2^32 - 1',
      code: 'oversized',
      from: 'expiryHeight: reader.varint(HEIGHT_MAX)',
      to: 'expiryHeight: reader.varint()',
    },
    {
      rule: 'a payload has at most 8,073 bytes',
      code: 'oversized',
      from: 'reader.varbytes(TX_BYTES_MAX - TX_BYTES_MIN)',
      to: 'reader.varbytes(Number.MAX_SAFE_INTEGER)',
    },
  ]),
  ...rulesOf('src/ledger/registry.ts', [
    {
      rule: 'the kind is known',
      code: 'unknown-kind',
      from: 'return KIND_BY_NUMBER.get(number);',
      to: 'return KIND_BY_NUMBER.get(number) ?? KIND_BY_NUMBER.get(1);',
    },
  ]),
  ...rulesOf('src/ledger/ledger.ts', [
    {
      rule: 'a coinbase is first in its block',
      code: 'coinbase-misplaced',
      from: 'if (tx.kind === COINBASE_KIND) return reject(',
      to: 'if (false) return reject(',
    },
    {
      rule: 'a coinbase has nothing to stamp',
      code: 'stamp-too-low',
      from: 'tx.kind === COINBASE_KIND || tx.fee > 0n) return verdict',
      to: 'tx.fee > 0n) return verdict',
    },
    {
      rule: 'a fee stands in for a stamp',
      code: 'stamp-too-low',
      from: ' || tx.fee > 0n) return verdict',
      to: ') return verdict',
    },
    {
      rule: 'a stamp has at least stampBits where no fee is paid',
      code: 'stamp-too-low',
      from: 'bits >= spec.stampBits ? VALID',
      to: 'true ? VALID',
    },
    {
      rule: 'a stamp of stampBits is enough',
      code: 'stamp-too-low',
      from: 'bits >= spec.stampBits ? VALID',
      to: 'bits > spec.stampBits ? VALID',
    },
    {
      rule: 'expiryHeight has not passed',
      code: 'expired',
      from: 'if (tx.expiryHeight !== 0 && tx.expiryHeight < height)',
      to: 'if (false)',
    },
    {
      rule: 'a block of expiryHeight may hold the transaction',
      code: 'expired',
      from: 'tx.expiryHeight < height',
      to: 'tx.expiryHeight <= height',
    },
    {
      rule: 'an expiryHeight of 0 is no end',
      code: 'expired',
      from: 'tx.expiryHeight !== 0 && ',
      to: '',
    },
    {
      rule: 'a transaction is checked before it is applied',
      code: 'bad-amount',
      from: 'const verdict = checkTransaction(tx);\n    if (!verdict.ok) return verdict;',
      to: '',
    },
    {
      rule: 'a refused transaction changes nothing',
      from: 'if (verdict.ok) view.absorb(step);',
      to: 'view.absorb(step);',
    },
    {
      rule: 'a block begins with a coinbase',
      code: 'coinbase-missing',
      from: 'if (first?.kind !== COINBASE_KIND)',
      to: 'if (first === undefined)',
    },
    {
      rule: 'a block with an invalid transaction is invalid',
      code: 'account-nonce-gap',
      from: "if (!verdict.ok) return reject(verdict.code, `transaction ${i + 1}: ${verdict.detail ?? ''}`);",
      to: 'void i;',
    },
    {
      rule: 'the coinbase may take the fees of the block',
      code: 'coinbase-too-large',
      from: 'fees += tx.fee;',
      to: '',
    },
    {
      rule: 'a coinbase is applied last',
      code: 'insufficient-balance',
      from: `    for (const [i, tx] of others.entries()) {
      const verdict = applyTransaction(view, tx, height);
      if (!verdict.ok) return reject(verdict.code, \`transaction \${i + 1}: \${verdict.detail ?? ''}\`);
      fees += tx.fee;
    }
    // The fees were all balances once, and those fit a uint64 together; so this is a bug before it is a broken rule.
    assert(fees <= AMOUNT_MAX, 'fees above a uint64');
    // Last, so that even without a maturity nobody spends in a block what the block itself creates.
    const paid = applyCoinbase(view, first, height, fees);
    if (!paid.ok) return paid;`,
      to: `    for (const tx of others) fees += tx.fee;
    const paid = applyCoinbase(view, first, height, fees);
    if (!paid.ok) return paid;
    for (const [i, tx] of others.entries()) {
      const verdict = applyTransaction(view, tx, height);
      if (!verdict.ok) return reject(verdict.code, \`transaction \${i + 1}: \${verdict.detail ?? ''}\`);
    }`,
    },
    {
      rule: 'a coinbase keeps its rules',
      code: 'bad-coinbase',
      from: 'return verdict.ok ? applyChecked(view, tx, height, fees) : verdict;',
      to: 'return applyChecked(view, tx, height, fees);',
    },
    {
      rule: 'a coinbase that breaks a rule is refused',
      code: 'coinbase-too-large',
      from: 'if (!paid.ok) return paid;',
      to: '',
    },
    {
      rule: 'a block has at most blockBytesMax bytes',
      code: 'block-too-large',
      from: 'if (bytes > spec.blockBytesMax)',
      to: 'if (false)',
    },
    {
      rule: 'a block may have blockBytesMax bytes',
      code: 'block-too-large',
      from: 'if (bytes > spec.blockBytesMax)',
      to: 'if (bytes >= spec.blockBytesMax)',
    },
    {
      rule: 'the root of the state after a block is its stateRoot',
      code: 'bad-state-root',
      from: 'if (applied.ok && !equalBytes(stateRootOf(applied.value.accumulator), header.stateRoot)) {',
      to: 'if (false) {',
    },
    {
      rule: 'the signature is over this transaction, by its sender',
      code: 'bad-signature',
      from: 'concatBytes(signatureDigest(tx, genesisHash), tx.signature, tx.sender)',
      to: 'concatBytes(signatureDigest({ ...tx, fee: 0n }, genesisHash), tx.signature, tx.sender)',
    },
  ]),
  ...rulesOf('src/ledger/kind.ts', [
    {
      rule: 'the payload decodes, to its last byte',
      code: 'bad-payload',
      from: "if (!payload.ok) return reject('bad-payload', `${name}: ${payload.code} ${payload.detail ?? ''}`);",
      to: 'if (!payload.ok) return VALID;',
    },
    {
      rule: 'a seal without a fee has accountNonce 0',
      code: 'account-nonce-unused',
      from: "if (definition.account === 'with-fee' && tx.fee === 0n && tx.accountNonce !== 0) {",
      to: 'if (false) {',
    },
    {
      rule: 'the kind has rules of its own',
      code: 'bad-amount',
      from: 'return definition.check(tx, payload.value, spec);',
      to: 'return VALID;',
    },
    {
      rule: 'a used account gives up an account nonce',
      code: 'account-nonce-used',
      from: 'if (!nonce.ok) return nonce;',
      to: '',
    },
    {
      rule: 'a used account pays the fee',
      code: 'insufficient-balance',
      from: 'return tx.fee === 0n ? VALID : debit(view, sender, tx.fee, height);',
      to: 'return VALID;',
    },
    {
      rule: 'who cannot pay the fee is refused',
      code: 'insufficient-balance',
      from: 'if (!paid.ok) return paid;',
      to: '',
    },
  ]),
  ...rulesOf('src/ledger/account-state.ts', [
    {
      rule: 'accountNonce is not below the next',
      code: 'account-nonce-used',
      from: 'if (accountNonce < value.accountNonce)',
      to: 'if (false)',
    },
    {
      rule: 'accountNonce is not above the next',
      code: 'account-nonce-gap',
      from: 'if (accountNonce > value.accountNonce)',
      to: 'if (false)',
    },
    {
      rule: 'an account nonce is taken once',
      code: 'account-nonce-used',
      from: 'accountNonce: accountNonce + 1',
      to: 'accountNonce',
    },
    {
      rule: 'an account spends at most what it has',
      code: 'insufficient-balance',
      from: "if (value.balance < amount) return reject('insufficient-balance', `${value.balance} of ${amount} grains`);",
      to: 'if (value.balance < amount) return VALID;',
    },
    {
      rule: 'an account may spend all it has',
      code: 'insufficient-balance',
      from: 'if (value.balance < amount)',
      to: 'if (value.balance <= amount)',
    },
    {
      rule: 'what is spent is gone',
      from: 'balance: value.balance - amount',
      to: 'balance: value.balance',
    },
    {
      rule: 'an account never receives 2^64 grains or more',
      code: 'amount-overflow',
      from: 'if (holdings(value) + amount > AMOUNT_MAX) return reject(',
      to: 'if (holdings(value) + amount > AMOUNT_MAX) return true ? VALID : reject(',
    },
    {
      rule: 'an account may hold 2^64 - 1 grains',
      code: 'amount-overflow',
      from: 'if (holdings(value) + amount > AMOUNT_MAX)',
      to: 'if (holdings(value) + amount >= AMOUNT_MAX)',
    },
    {
      rule: 'immature coins count in what an account holds',
      code: 'amount-overflow',
      from: 'if (holdings(value) + amount > AMOUNT_MAX)',
      to: 'if (value.balance + amount > AMOUNT_MAX)',
    },
    {
      rule: 'an account never holds 2^64 grains with a coinbase',
      code: 'amount-overflow',
      from: 'if (holdings(value) + entry.amount > AMOUNT_MAX)',
      to: 'if (false)',
    },
    {
      rule: 'an account may hold 2^64 - 1 grains with a coinbase',
      code: 'amount-overflow',
      from: 'if (holdings(value) + entry.amount > AMOUNT_MAX)',
      to: 'if (holdings(value) + entry.amount >= AMOUNT_MAX)',
    },
    {
      rule: 'a coinbase can be spent from its matureHeight on',
      code: 'insufficient-balance',
      from: 'if (entry.matureHeight <= height) balance',
      to: 'if (entry.matureHeight < height) balance',
    },
    {
      rule: 'a coinbase cannot be spent before its matureHeight',
      code: 'insufficient-balance',
      from: `  if (value.immature.every((entry) => entry.matureHeight > height)) return value;
  let { balance } = value;
  const immature: ImmatureAmount[] = [];
  for (const entry of value.immature) {
    if (entry.matureHeight <= height)`,
      to: `  let { balance } = value;
  const immature: ImmatureAmount[] = [];
  for (const entry of value.immature) {
    if (entry.matureHeight <= height + 1)`,
    },
    {
      rule: 'an account that is as if it had never been is not stored',
      code: 'bad-state-root',
      from: 'isEmpty ? undefined : encodeAccount(value)',
      to: 'encodeAccount(value)',
    },
    {
      rule: 'an account that sent something is stored, however empty',
      code: 'account-nonce-used',
      from: 'value.balance === 0n && value.accountNonce === 0 && ',
      to: 'value.balance === 0n && ',
    },
  ]),
  ...rulesOf('src/ledger/coinbase.ts', [
    { rule: 'a coinbase pays no fee', code: 'bad-coinbase', from: 'tx.fee === 0n && ', to: '' },
    { rule: 'a coinbase has no expiryHeight', code: 'bad-coinbase', from: 'tx.expiryHeight === 0 && ', to: '' },
    { rule: 'a coinbase has no stamp', code: 'bad-coinbase', from: 'isZero(tx.stamp) && ', to: '' },
    { rule: 'a coinbase has no signature', code: 'bad-coinbase', from: ' && isZero(tx.signature)', to: '' },
    {
      rule: 'accountNonce of a coinbase is its height',
      code: 'bad-coinbase-height',
      from: 'if (tx.accountNonce !== height)',
      to: 'if (false)',
    },
    {
      rule: 'subsidy and fees are below 2^64',
      code: 'amount-overflow',
      from: 'if (most > AMOUNT_MAX)',
      to: 'if (false)',
    },
    {
      rule: 'a coinbase takes at most subsidy and fees',
      code: 'coinbase-too-large',
      from: 'if (amount > most)',
      to: 'if (false)',
    },
    {
      rule: 'a coinbase may take all of subsidy and fees',
      code: 'coinbase-too-large',
      from: 'if (amount > most)',
      to: 'if (amount >= most)',
    },
    {
      rule: 'a coinbase of 0 writes nothing',
      code: 'bad-state-root',
      from: 'if (amount === 0n) return VALID;',
      to: '',
    },
    {
      rule: 'a coinbase matures after maturityBlocks',
      code: 'insufficient-balance',
      from: 'height + spec.maturityBlocks',
      to: 'height',
    },
    {
      rule: 'the extra of a coinbase has at most 32 bytes',
      code: 'bad-payload',
      from: 'extra: r.varbytes(EXTRA_BYTES_MAX) })',
      to: 'extra: r.varbytes(64) })',
      unreachable: 'the cap on the payload refuses it with the same code',
    },
    {
      rule: 'the payload of a coinbase has at most 41 bytes',
      code: 'bad-payload',
      from: 'decode(bytes, PAYLOAD_BYTES_MAX, (r)',
      to: 'decode(bytes, bytes.length, (r)',
      unreachable: 'the cap on extra refuses it with the same code',
    },
    {
      rule: 'the subsidy halves every halvingBlocks',
      code: 'coinbase-too-large',
      from: 'spec.subsidy >> BigInt(Math.floor(height / spec.halvingBlocks))',
      to: 'spec.subsidy',
    },
    {
      rule: 'the subsidy halves at halvingBlocks, not one block later',
      code: 'coinbase-too-large',
      from: 'Math.floor(height / spec.halvingBlocks)',
      to: 'Math.floor((height - 1) / spec.halvingBlocks)',
    },
    {
      rule: 'genesis has no subsidy',
      from: 'return height === 0 ? 0n :',
      to: 'return',
    },
  ]),
  ...rulesOf('src/ledger/transfer.ts', [
    {
      rule: 'a transfer moves at least 1 grain',
      code: 'bad-amount',
      from: 'amount > 0n ? VALID',
      to: 'true ? VALID',
    },
    {
      rule: 'a transfer uses the account of its sender, fee or not',
      code: 'account-nonce-used',
      from: "account: 'always'",
      to: "account: 'with-fee'",
    },
    {
      rule: 'a transfer moves at most what its sender has',
      code: 'insufficient-balance',
      from: 'return spent.ok ? credit(view, to, amount, height) : spent;',
      to: 'void spent;\n    return credit(view, to, amount, height);',
    },
    {
      rule: 'the payload of a transfer has 28 bytes',
      code: 'bad-payload',
      from: 'decode(bytes, PAYLOAD_BYTES, (r)',
      to: 'decode(bytes.subarray(0, PAYLOAD_BYTES), PAYLOAD_BYTES, (r)',
    },
  ]),
  ...rulesOf('src/ledger/identity.ts', [
    { rule: 'an organisation has a name', code: 'bad-name', from: "name === '' || ", to: '' },
    {
      rule: 'the name of an organisation is plain text',
      code: 'bad-name',
      from: ' || !isPlainText(name)',
      to: '',
    },
    {
      rule: 'the name of an organisation is UTF-8',
      code: 'bad-payload',
      from: "reader.fail('bad-value', 'name is not UTF-8')",
      to: "'?'",
    },
    {
      rule: 'the name of an organisation has at most 80 bytes',
      code: 'bad-payload',
      from: 'reader.varbytes(NAME_BYTES_MAX)',
      to: 'reader.varbytes(NAME_BYTES_MAX + 1)',
      unreachable: 'the cap on the payload refuses it with the same code',
    },
    {
      rule: 'the role is known',
      code: 'bad-payload',
      from: "reader.fail('bad-value', 'unknown role')",
      to: "'clinic'",
    },
    {
      rule: 'scanKey is a point',
      code: 'bad-scan-key',
      from: 'return isPublicKey(scanKey) ? VALID :',
      to: 'return true ? VALID :',
    },
    {
      rule: 'an identity uses the account of its sender, fee or not',
      code: 'account-nonce-used',
      from: "account: 'always'",
      to: "account: 'with-fee'",
    },
    {
      rule: 'an identity is that of its sender',
      from: 'publicKey: tx.sender, height',
      to: 'publicKey: payload.scanKey, height',
    },
  ]),
  ...rulesOf('src/ledger/seal.ts', [
    {
      rule: 'a seal that pays uses the account of its sender',
      code: 'account-nonce-used',
      from: "account: 'with-fee'",
      to: "account: 'never'",
    },
    {
      rule: 'a seal that does not pay uses no account',
      code: 'account-nonce-unused',
      from: "account: 'with-fee'",
      to: "account: 'always'",
    },
    {
      rule: 'a seal creates or updates',
      code: 'bad-payload',
      from: 'if (action !== 1)',
      to: 'if (false)',
    },
    {
      rule: 'version of a slot is at most 2^32 - 1',
      code: 'bad-payload',
      from: 'reader.varint(VERSION_MAX)',
      to: 'reader.varint()',
    },
    {
      rule: 'a slot is not created erased',
      code: 'bad-doc-hash',
      from: "if (payload.action === 'create') return reject('bad-doc-hash', 'a slot created empty');",
      to: '',
    },
    {
      rule: 'an erased slot has sizeBucket 0',
      code: 'bad-size-bucket',
      from: 'return payload.sizeBucket === 0 ? VALID :',
      to: 'return true ? VALID :',
    },
    {
      rule: 'a slot is created once',
      code: 'slot-exists',
      from: 'if (readSlot(view.get, slotId))',
      to: 'if (false)',
    },
    {
      rule: 'an updated slot exists',
      code: 'slot-unknown',
      from: "if (!slot) return reject('slot-unknown', `slot ${slotId}`);",
      to: 'if (!slot) return VALID;',
    },
    {
      rule: 'only its ownerKey updates a slot',
      code: 'not-slot-owner',
      from: 'if (!equalBytes(sender, slot.ownerKey))',
      to: 'if (false)',
    },
    {
      rule: 'an erased slot is not updated',
      code: 'slot-erased',
      from: 'if (slot.docHash === ERASED)',
      to: 'if (false)',
    },
    {
      rule: "version is not below the slot's",
      code: 'slot-version-used',
      from: 'if (version <= slot.version)',
      to: 'if (false)',
    },
    {
      rule: "version is not the slot's",
      code: 'slot-version-used',
      from: 'if (version <= slot.version)',
      to: 'if (version < slot.version)',
    },
    {
      rule: "version is at most one more than the slot's",
      code: 'slot-version-gap',
      from: 'if (version > slot.version + 1)',
      to: 'if (false)',
    },
    {
      rule: 'a slot keeps its ownerKey',
      code: 'not-slot-owner',
      from: 'encodeSlot({ ownerKey: slot.ownerKey, version,',
      to: 'encodeSlot({ ownerKey: hint.subarray(0, 33), version,',
    },
    {
      rule: 'a slot id covers the whole payload',
      from: "taggedHash('medmesh/slot', payload)",
      to: "taggedHash('medmesh/slot', payload.subarray(0, -HINT_BYTES))",
    },
  ]),
];
