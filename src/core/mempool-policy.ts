/** What a waiting transaction is worth, and what it takes to be let in. Local policy: no other node needs to agree. */

export interface MempoolLimits {
  /** Of encoded transactions. */
  readonly bytesMax: number;
  readonly countMax: number;
  /** How many may wait on one another; so also how many of one account or slot. */
  readonly chainMax: number;
}

export const MEMPOOL_LIMITS: MempoolLimits = { bytesMax: 5_000_000, countMax: 20_000, chainMax: 64 };

/** Grains per byte that stand in for a stamp while the mempool is not crowded. */
const FEE_PER_BYTE_MIN = 10;
/** Up to this share of the limits both floors stay put; from there they double in even steps, this often until full. */
const CROWDED_FROM = 0.5;
const DOUBLINGS_MAX = 8;
/** What replaces another pays a tenth more than all it replaces: each round of a bidding war costs. */
const RAISE_DIVISOR = 10n;

/** The order of the mempool: fee first, then work. */
export interface Worth {
  /** Grains. */
  readonly feePerByte: number;
  /** Leading zero bits of the stamp's hash. */
  readonly stampBits: number;
}

/** Negative when `a` is worth more. */
export function compareWorth(a: Worth, b: Worth): number {
  return b.feePerByte - a.feePerByte || b.stampBits - a.stampBits;
}

export function leastOf(a: Worth, b: Worth): Worth {
  return compareWorth(a, b) <= 0 ? b : a;
}

/**
 * What it takes to be admitted, one of the two: dearer as the mempool fills.
 * @param fill  share of the limits in use, 0..1
 */
export function floorsAt(fill: number, stampBitsMin: number): Worth {
  const crowding = Math.max(0, (fill - CROWDED_FROM) / (1 - CROWDED_FROM));
  const doublings = Math.min(DOUBLINGS_MAX, Math.floor(crowding * DOUBLINGS_MAX));
  return { feePerByte: FEE_PER_BYTE_MIN * 2 ** doublings, stampBits: stampBitsMin + doublings };
}

/** Whether a transaction may take the place of others: a clear raise in fees, or, where none pays one, twice the work. */
export function outbids(
  bid: { readonly fee: bigint; readonly stampBits: number },
  replaced: Iterable<{ readonly fee: bigint; readonly stampBits: number }>,
): boolean {
  let fees = 0n;
  let stampBits = 0;
  for (const other of replaced) {
    fees += other.fee;
    stampBits = Math.max(stampBits, other.stampBits);
  }
  if (fees > 0n || bid.fee > 0n) return bid.fee > fees + fees / RAISE_DIVISOR;
  return bid.stampBits > stampBits;
}
