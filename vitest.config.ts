import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.mjs';
import { NODE_STAND_INS } from './scripts/node-stand-ins.mjs';
import viteConfig from './vite.config.ts';

const chromium = findChromium();

/** For a machine that does other things too: nothing is measured by it, it only ends what hangs. */
const TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/{unit,property,vectors,fuzz,second-opinion}/**/*.test.ts'],
          testTimeout: TIMEOUT_MS,
        },
      },
      {
        // The memory twins: what the simulator stands on.
        test: {
          name: 'contract',
          environment: 'node',
          include: ['tests/contract/*.memory.test.ts'],
          testTimeout: TIMEOUT_MS,
        },
      },
      {
        test: { name: 'sim', environment: 'node', include: ['tests/sim/**/*.test.ts'], testTimeout: 120_000 },
      },
      {
        // The real adapters, in a real browser.
        resolve: { alias: NODE_STAND_INS },
        ...(viteConfig.optimizeDeps ? { optimizeDeps: viteConfig.optimizeDeps } : {}),
        worker: { format: 'es' },
        test: {
          name: 'browser',
          include: ['tests/contract/*.browser.test.ts'],
          testTimeout: TIMEOUT_MS,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: CHROMIUM_ARGS, ...(chromium ? { executablePath: chromium } : {}) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
