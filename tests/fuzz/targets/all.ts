/** Every target. A new decoder is one entry in one of these files; coverage.test.ts tells which one has none. */
import type { AnyTarget } from '../engine/target.ts';
import { chainTargets } from './chain.ts';
import { documentTargets } from './documents.ts';
import { encodingTargets } from './encoding.ts';
import { fhirTargets } from './fhir.ts';
import { healthTargets } from './health.ts';
import { historyTargets } from './histories.ts';
import { ledgerTargets } from './ledger.ts';
import { peerTargets } from './peers.ts';
import { storedTargets } from './stored.ts';

export interface Family {
  readonly name: string;
  readonly targets: readonly AnyTarget[];
  /** Part of the cases asked for that it gets: a history takes a thousand times as long as a message. */
  readonly part: number;
}

export const FAMILIES: readonly Family[] = [
  { name: 'encoding', targets: encodingTargets, part: 1 },
  { name: 'chain', targets: chainTargets, part: 1 },
  { name: 'ledger', targets: ledgerTargets, part: 1 },
  { name: 'peers', targets: peerTargets, part: 1 },
  { name: 'health', targets: healthTargets, part: 1 },
  { name: 'documents', targets: documentTargets, part: 1 },
  { name: 'fhir', targets: fhirTargets, part: 1 },
  { name: 'stored', targets: storedTargets, part: 1 },
  { name: 'histories', targets: historyTargets, part: 0.02 },
];

export const TARGETS: readonly AnyTarget[] = FAMILIES.flatMap(({ targets }) => targets);
