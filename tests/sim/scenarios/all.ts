import type { Scenario } from '../scenario.ts';
import { churn } from './churn.ts';
import { city } from './city.ts';
import { hostile } from './hostile.ts';
import { mesh } from './mesh.ts';
import { mishaps } from './mishaps.ts';
import { partition } from './partition.ts';
import { relayDeath } from './relay-death.ts';

export const SCENARIOS: readonly Scenario[] = [mesh, city, mishaps, hostile, partition, churn, relayDeath];
