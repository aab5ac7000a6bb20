/** The app where a chain made beforehand can be given to a browser: with `seedChain` on the bench page beside it. */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer } from '../../src/app/serve/server.ts';
import { encodeSpec } from '../../src/core/network-spec.ts';
import { easySpec, type ChainPlan } from './page/make-chain.ts';
import type { Workbench } from './workbench.ts';

/** The app on a network whose blocks are cheap, and the bench page beside it, on the same origin and so the same disk. */
export async function serveOnChain(workbench: Workbench, plan: ChainPlan): Promise<RunningServer> {
  const [appDir, dataDir] = [workbench.newFolder(), workbench.newFolder()];
  await cp(await workbench.appDir(), appDir, { recursive: true });
  await cp(await workbench.benchPageDir(), join(appDir, 'bench'), { recursive: true });
  await mkdir(dataDir);
  const network = {
    preset: 'classroom',
    spec: Buffer.from(encodeSpec(easySpec(plan))).toString('base64url'),
    roomSecret: randomBytes(16).toString('base64url'),
    relays: [],
  };
  await writeFile(join(dataDir, 'network.json'), JSON.stringify(network));
  return await workbench.serve(appDir, dataDir);
}
