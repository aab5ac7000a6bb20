/** The command line of `npm start`. */
import { parseArgs } from 'node:util';
import { NETWORK_PRESETS, type NetworkPreset } from './network-file.ts';
import { ServeFault } from './serve-fault.ts';
import type { ServeOptions } from './server.ts';

const DEFAULT_PORT = 8787;
const DRAIN_S_MAX = 3600;

export const HELP = `Medmesh: a health-record blockchain that lives in browser tabs.

Usage: npm start -- [options]

  --port <number>      port to listen on (${DEFAULT_PORT}; 0: any free one)
  --host <address>     address to listen on (this computer only; with --lan, everything on its networks)
  --lan                serve https with a certificate made here, so that phones on this network can take part
  --network <preset>   network made at the first start: ${NETWORK_PRESETS.join(' or ')} (open)
  --name <text>        name of that network, 1 to 40 characters
  --data <folder>      where the network and the certificate are kept (.data)
  --public-url <url>   address people reach this server by, when it is behind another one
  --proxy-header <x>   header in which that other one names its client, such as x-forwarded-for (none is believed)
  --origin <address>   page that may use the relay, such as https://school.example; again or with commas for more (all may)
  --metrics            numbers for Prometheus at /metrics, for everybody who can reach it (off)
  --drain <seconds>    how long stopping takes, so that not all tabs come to the next relay at once (0)
  --bus <url>          Redis or Valkey that joins relays which serve the same rooms, such as redis://10.0.0.5:6379 (none)
  --help               this text
`;

export type Command = { readonly type: 'help' } | { readonly type: 'serve'; readonly options: ServeOptions };

/** @throws ServeFault `bad-option`, with a sentence that names the option */
export function parseCommand(argv: readonly string[]): Command {
  const values = readFlags(argv);
  if (values.help) return { type: 'help' };
  return {
    type: 'serve',
    options: {
      port: values.port === undefined ? DEFAULT_PORT : parsePort(values.port),
      lan: values.lan ?? false,
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(values.network === undefined ? {} : { network: parsePreset(values.network) }),
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.data === undefined ? {} : { dataDir: values.data }),
      ...(values['public-url'] === undefined ? {} : { publicUrl: parsePublicUrl(values['public-url']) }),
      ...(values['proxy-header'] === undefined ? {} : { proxyHeader: parseHeaderName(values['proxy-header']) }),
      ...(values.origin === undefined ? {} : { origins: parseOrigins(values.origin) }),
      ...(values.metrics === undefined ? {} : { metrics: values.metrics }),
      ...(values.bus === undefined ? {} : { busUrl: parseBusUrl(values.bus) }),
      ...(values.drain === undefined ? {} : { drainMs: parseSeconds(values.drain) * 1000 }),
    },
  };
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        lan: { type: 'boolean' },
        network: { type: 'string' },
        name: { type: 'string' },
        data: { type: 'string' },
        'public-url': { type: 'string' },
        'proxy-header': { type: 'string' },
        origin: { type: 'string', multiple: true },
        metrics: { type: 'boolean' },
        drain: { type: 'string' },
        bus: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    // Node.js words these well ("Unknown option '--prot'"); what follows the first sentence is about its own API.
    const [sentence] = (error as Error).message.split('. ', 1);
    throw new ServeFault('bad-option', `${sentence}.`, { cause: error });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new ServeFault('bad-option', `--port ${text}: not 0 to 65535.`);
  return port;
}

function parsePreset(text: string): NetworkPreset {
  const preset = NETWORK_PRESETS.find((known) => known === text);
  if (!preset) throw new ServeFault('bad-option', `--network ${text}: not ${NETWORK_PRESETS.join(' or ')}.`);
  return preset;
}

function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new ServeFault('bad-option', `--public-url ${text}: not an http or https address.`);
  }
  return url.href;
}

function parseHeaderName(text: string): string {
  if (!/^[a-z][a-z0-9-]*$/i.test(text))
    throw new ServeFault('bad-option', `--proxy-header ${text}: not a header name.`);
  return text.toLowerCase();
}

/** As a browser writes them in its Origin header. */
function parseOrigins(lists: readonly string[]): readonly string[] {
  return lists
    .flatMap((list) => list.split(','))
    .map((text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
        throw new ServeFault('bad-option', `--origin ${text}: not like https://school.example, without a path.`);
      }
      return url.origin;
    });
}

function parseBusUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Not repeated: there may be a password in it.
  if (!url?.hostname || !/^rediss?:$/.test(url.protocol)) {
    throw new ServeFault('bad-option', '--bus: not an address like redis://10.0.0.5:6379.');
  }
  return text;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || seconds > DRAIN_S_MAX) {
    throw new ServeFault('bad-option', `--drain ${text}: not 0 to ${DRAIN_S_MAX} seconds.`);
  }
  return seconds;
}
