/** The app where a chain made beforehand can be given to a browser: with `seedChain` on the bench page beside it. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer } from '../../src/app/serve/server.ts';
import { writeNetwork } from '../support/network-file.ts';
import { easySpec, type ChainPlan } from './page/make-chain.ts';
import type { Workbench } from './workbench.ts';

/** The app on a network whose blocks are cheap, and the bench page beside it, on the same origin and so the same disk. */
export async function serveOnChain(workbench: Workbench, plan: ChainPlan): Promise<RunningServer> {
  const [appDir, dataDir] = [workbench.newFolder(), workbench.newFolder()];
  await cp(await workbench.appDir(), appDir, { recursive: true });
  await cp(await workbench.benchPageDir(), join(appDir, 'bench'), { recursive: true });
  await writeNetwork(dataDir, easySpec(plan));
  return await workbench.serve(appDir, dataDir);
}
