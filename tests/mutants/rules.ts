/**
 * The table of mutants: every rule that two nodes must agree on, and those that a peer is judged by, with the snippet that
 * keeps it. tests/unit/mutants/rules.test.ts compares it with the sources.
 */
import type { Rule } from './rule.ts';
import { CHAIN_RULES } from './rules/chain.ts';
import { ENCODING_RULES } from './rules/encoding.ts';
import { LEDGER_RULES } from './rules/ledger.ts';
import { MEMPOOL_RULES } from './rules/mempool.ts';
import { NETWORK_RULES } from './rules/network.ts';
import { PEER_RULES } from './rules/peers.ts';
import { STATE_RULES } from './rules/state.ts';
import { WIRE_RULES } from './rules/wire.ts';

export const RULES: readonly Rule[] = [
  ...ENCODING_RULES,
  ...NETWORK_RULES,
  ...CHAIN_RULES,
  ...LEDGER_RULES,
  ...STATE_RULES,
  ...MEMPOOL_RULES,
  ...WIRE_RULES,
  ...PEER_RULES,
];
