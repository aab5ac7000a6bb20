/** `npm start`: serves the app and its relay, and says where. */
import { jsonLines, type RelayLog } from '../../relay/log.ts';
import { HELP, parseCommand } from './cli.ts';
import { qrText } from './qr-terminal.ts';
import { ServeFault } from './serve-fault.ts';
import { startServer, type RunningServer } from './server.ts';

const log = jsonLines(
  (line) => process.stderr.write(line),
  () => Date.now(),
);
/** A person at a terminal is told what goes wrong only; a log file gets everything. */
const relayLog: RelayLog = (event) => {
  if (event.level === 'warn' || !process.stderr.isTTY) log(event);
};

try {
  const command = parseCommand(process.argv.slice(2));
  if (command.type === 'help') console.log(HELP);
  else {
    const server = await startServer({ ...command.options, relayLog });
    console.log(welcome(server));
    stopOnSignal(server);
  }
} catch (error) {
  if (!(error instanceof ServeFault)) throw error;
  console.error(error.message);
  if (error.code === 'bad-option') console.error('See: npm start -- --help');
  process.exitCode = error.code === 'bad-option' ? 2 : 1;
}

function welcome({ url, lanUrls, publicUrl, network, fingerprint }: RunningServer): string {
  const shared = publicUrl ?? lanUrls[0];
  const others = publicUrl ? [publicUrl] : lanUrls;
  const lines = [
    `Medmesh is running: network "${network.name}" (${network.preset}).`,
    '',
    `  This computer   ${url}`,
    ...others.map((other, i) => `  ${i === 0 ? 'Other devices' : '         or  '}   ${other}`),
  ];
  if (shared) lines.push('', qrText(shared, process.stdout.isTTY));
  if (fingerprint) {
    lines.push('', 'Each device warns once about the certificate, which was made here. Its SHA-256 fingerprint:');
    lines.push(`  ${fingerprint}`);
  } else if (shared?.startsWith('http:')) {
    lines.push('', 'Other devices need https to take part: npm start -- --lan');
  }
  return [...lines, '', 'Ctrl+C stops it; tabs that have met go on without it.', ''].join('\n');
}

/** The first signal closes everything in good order, the second one does not wait for that. */
function stopOnSignal(server: RunningServer): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    void server.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
