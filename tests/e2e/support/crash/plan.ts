/** How often to kill, and from which seed moments and writes are drawn: `npm run crash -- --times 50 --seed 7`. */
import { randomInt } from 'node:crypto';

/** In `npm test`: each thing that can be killed once. */
const TIMES = 3;

export interface CrashPlan {
  readonly times: number;
  readonly seed: number;
}

/** The seed does not fix how fast the machine is: the same one draws the same moments, not the same blocks. */
export function crashPlan({ MEDMESH_CRASH_TIMES, MEDMESH_CRASH_SEED }: NodeJS.ProcessEnv): CrashPlan {
  return {
    times: MEDMESH_CRASH_TIMES ? Number(MEDMESH_CRASH_TIMES) : TIMES,
    seed: MEDMESH_CRASH_SEED ? Number(MEDMESH_CRASH_SEED) : randomInt(2 ** 31),
  };
}
