import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.mjs';
import viteConfig from './vite.config.ts';

const chromium = findChromium();

export default defineConfig({
  define: { global: 'globalThis' },
  test: {
    projects: [
      {
        test: { name: 'unit', environment: 'node', include: ['tests/{unit,property,vectors}/**/*.test.ts'] },
      },
      {
        // The memory twins: what the simulator stands on.
        test: { name: 'contract', environment: 'node', include: ['tests/contract/*.memory.test.ts'] },
      },
      {
        test: { name: 'sim', environment: 'node', include: ['tests/sim/**/*.test.ts'], testTimeout: 120_000 },
      },
      {
        // The real adapters, in a real browser.
        define: { global: 'globalThis' },
        ...(viteConfig.optimizeDeps ? { optimizeDeps: viteConfig.optimizeDeps } : {}),
        worker: { format: 'es' },
        test: {
          name: 'browser',
          include: ['tests/contract/*.browser.test.ts'],
          testTimeout: 30_000,
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
