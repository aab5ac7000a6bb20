/**
 * simple-peer is a Node.js-style package: its streams ask for `process` while they are still being loaded, so this file
 * is imported before it. `nextTick` is a microtask, since timers crawl in a hidden tab.
 */
const shim = {
  env: {},
  version: '',
  versions: {},
  browser: true,
  nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => callback(...args)),
};

Object.assign(globalThis, { process: (globalThis as { process?: unknown }).process ?? shim });
