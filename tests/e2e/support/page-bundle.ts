/** Code of ours as one script, for pages of the served origin that are not the app. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { NODE_STAND_INS } from '../../../scripts/node-stand-ins.mjs';

const bundles = new Map<string, Promise<string>>();

/** @param entry  a module, by its URL. Built once in a process. */
export function pageBundle(entry: URL): Promise<string> {
  const bundle = bundles.get(entry.href) ?? bundleOf(entry);
  bundles.set(entry.href, bundle);
  return bundle;
}

async function bundleOf(entry: URL): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: NODE_STAND_INS },
    build: { write: false, lib: { entry: fileURLToPath(entry), formats: ['iife'], name: 'pageBundle' } },
  });
  const [result] = Array.isArray(output) ? output : [output];
  if (!result || !('output' in result)) throw new Error('nothing was built');
  return result.output[0].code;
}
