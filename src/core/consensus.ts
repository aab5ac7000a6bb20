/** Which engine judges a network's headers. */
import type { ConsensusEngine } from './consensus-engine.ts';
import type { NetworkSpec } from './network-spec.ts';
import { PowEngine } from './pow.ts';
import { accept, reject, type Result } from './result.ts';

export type { ConsensusEngine } from './consensus-engine.ts';

export function engineFor(spec: NetworkSpec): Result<ConsensusEngine, 'unsupported-consensus'> {
  if (spec.consensus.type === 'pow') return accept(new PowEngine(spec));
  return reject('unsupported-consensus', spec.consensus.type);
}
