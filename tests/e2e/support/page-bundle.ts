/** Code of ours as one script, for pages of the served origin that are not the app. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import type * as StandIns from '../../../scripts/node-stand-ins.mjs';

const bundles = new Map<string, Promise<string>>();

/** @param entry  a module, by its path in the repository. Built once in a process. */
export function pageBundle(entry: string): Promise<string> {
  const bundle = bundles.get(entry) ?? bundleOf(entry);
  bundles.set(entry, bundle);
  return bundle;
}

/** Paths are from the repository's folder: a bench is bundled itself, and this file then not where it was. */
async function bundleOf(entry: string): Promise<string> {
  const standIns = pathToFileURL(resolve('scripts/node-stand-ins.mjs')).href;
  const { NODE_STAND_INS } = (await import(standIns)) as typeof StandIns;
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: NODE_STAND_INS },
    build: { write: false, lib: { entry: resolve(entry), formats: ['iife'], name: 'pageBundle' } },
  });
  const [result] = Array.isArray(output) ? output : [output];
  if (!result || !('output' in result)) throw new Error('nothing was built');
  return result.output[0].code;
}
