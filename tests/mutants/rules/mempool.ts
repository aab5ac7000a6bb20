/** Which transactions may wait, and what it takes. Local: but each of these has a code that a peer may be told. */
import { rulesOf, type Rule } from '../rule.ts';

export const MEMPOOL_RULES: readonly Rule[] = [
  ...rulesOf('src/core/mempool.ts', [
    {
      rule: 'a coinbase does not wait',
      code: 'coinbase-misplaced',
      from: "if (tx.kind === COINBASE_KIND) return reject('coinbase-misplaced');",
      to: '',
    },
    {
      rule: 'a transaction waits once',
      code: 'already-known',
      from: 'if (this.entries.has(candidate.id))',
      to: 'if (false)',
    },
    {
      rule: 'what waits brings a fee or a stamp',
      code: 'fee-too-low',
      from: 'if (!worthy.ok) return worthy;',
      to: '',
    },
    {
      rule: 'a fee at the floor is enough',
      code: 'fee-too-low',
      from: 'feePerByte >= floors.feePerByte',
      to: 'feePerByte > floors.feePerByte',
    },
    {
      rule: 'a stamp at the floor is enough',
      code: 'stamp-too-low',
      from: 'stampBits >= floors.stampBits',
      to: 'stampBits > floors.stampBits',
    },
    {
      rule: 'a place is taken over only for more',
      code: 'conflict',
      from: 'if (replaced.size > 0 && !outbids(bid(candidate), [...replaced].map(bid)))',
      to: 'if (false)',
    },
    {
      rule: 'what takes a place over outbids what builds on it too',
      code: 'conflict',
      from: 'this.withDescendants(this.conflictsOf(candidate))',
      to: 'new Set(this.conflictsOf(candidate))',
    },
    {
      rule: 'at most 64 wait in a chain',
      code: 'too-many-pending',
      from: 'if (found.size >= this.limits.chainMax)',
      to: 'if (found.size > this.limits.chainMax)',
    },
    {
      rule: 'what waits applies at the next height',
      code: 'expired',
      from: `for (const link of [...ancestors, candidate]) {
      const verdict = this.ledger.applyTransaction(view, link.tx, this.tipHeight + 1);`,
      to: `for (const link of [...ancestors, candidate]) {
      const verdict = this.ledger.applyTransaction(view, link.tx, this.tipHeight);`,
    },
    {
      rule: 'what does not apply does not wait',
      code: 'insufficient-balance',
      from: `view, link.tx, this.tipHeight + 1);
      if (!verdict.ok) return verdict;`,
      to: 'view, link.tx, this.tipHeight + 1);\n      void verdict;',
    },
    {
      rule: 'a full mempool takes in only what is worth more than its least',
      code: 'mempool-full',
      from: 'compareWorth(worst.rank, rank) <= 0',
      to: 'compareWorth(worst.rank, rank) < 0',
    },
    {
      rule: 'a mempool holds so many bytes',
      code: 'mempool-full',
      from: 'bytesAfter > this.limits.bytesMax || ',
      to: '',
    },
    {
      rule: 'a mempool holds so many transactions',
      code: 'mempool-full',
      from: ' || countAfter > this.limits.countMax',
      to: '',
    },
    {
      rule: 'what a new tip confirms no longer waits',
      from: 'if (confirmedIds.has(candidate.id) || this.entries.has(candidate.id)) continue;',
      to: 'if (this.entries.has(candidate.id)) continue;',
    },
    {
      rule: 'what a new tip leaves behind its expiryHeight no longer waits',
      code: 'expired',
      from: 'if (isExpired || ',
      to: 'if (',
    },
    {
      rule: 'what expires with the next block no longer waits',
      code: 'expired',
      from: 'expiryHeight <= this.tipHeight',
      to: 'expiryHeight < this.tipHeight',
    },
    {
      rule: 'of two for one place only one comes back from a reorg',
      code: 'conflict',
      from: "if (this.conflictsOf(candidate).length > 0) return reject('conflict');",
      to: '',
      unreachable: 'the ledger refuses the second of two in one place, which are judged on one view',
    },
    {
      rule: 'at most 64 come back in a chain from a reorg',
      code: 'too-many-pending',
      from: "if (!ancestors) return reject('too-many-pending');",
      to: 'if (!ancestors) return VALID;',
    },
  ]),
  ...rulesOf('src/core/mempool-policy.ts', [
    {
      rule: 'a fee goes before a stamp',
      from: 'b.feePerByte - a.feePerByte || b.stampBits - a.stampBits',
      to: 'b.stampBits - a.stampBits || b.feePerByte - a.feePerByte',
    },
    {
      rule: 'a transaction counts for no more than those it builds on',
      from: 'compareWorth(a, b) <= 0 ? b : a',
      to: 'compareWorth(a, b) <= 0 ? a : b',
    },
    {
      rule: 'a fuller mempool asks for twice the fee',
      code: 'fee-too-low',
      from: 'FEE_PER_BYTE_MIN * 2 ** doublings',
      to: 'FEE_PER_BYTE_MIN',
    },
    {
      rule: 'a fuller mempool asks for a bit more of stamp',
      code: 'stamp-too-low',
      from: 'stampBits: stampBitsMin + doublings',
      to: 'stampBits: stampBitsMin',
    },
    {
      rule: 'what takes a place over pays a tenth more',
      code: 'conflict',
      from: 'bid.fee > fees + fees / RAISE_DIVISOR',
      to: 'bid.fee > fees',
    },
    {
      rule: 'a tenth more is not enough by itself',
      code: 'conflict',
      from: 'bid.fee > fees + fees / RAISE_DIVISOR',
      to: 'bid.fee >= fees + fees / RAISE_DIVISOR',
    },
    {
      rule: 'what takes a place over has more stamp bits where nobody pays',
      code: 'conflict',
      from: 'bid.stampBits > stampBits',
      to: 'bid.stampBits >= stampBits',
    },
  ]),
  ...rulesOf('src/node/tx-admission.ts', [
    {
      rule: 'what waits already is not judged again',
      code: 'already-known',
      from: 'if (this.mempool.byTxId(txIdOf(tx)))',
      to: 'if (false)',
    },
    {
      rule: 'what no chain can hold is refused at the door',
      code: 'bad-amount',
      from: 'if (!stateless.ok) return',
      to: 'if (false) return',
    },
    {
      rule: 'at most 1,000 transactions wait for admission',
      code: 'admission-full',
      from: 'if (this.waiting.length >= ADMISSION_QUEUE_MAX)',
      to: 'if (false)',
    },
    {
      rule: 'the signature of what waits is valid',
      code: 'bad-signature',
      from: 'if (verdicts[i] === 1) return true;',
      to: 'if (verdicts[i] !== 7) return true;',
    },
    {
      rule: 'a coinbase is not admitted',
      code: 'coinbase-misplaced',
      from: "if (!items[i]) settle({ ...reject('coinbase-misplaced'), never: true });",
      to: 'if (!items[i]) settle(VALID);',
    },
    {
      rule: 'another signature than that which was checked is checked again',
      code: 'bad-signature',
      from: ' && equalBytes(entry.tx.signature, tx.signature)',
      to: '',
    },
  ]),
];
