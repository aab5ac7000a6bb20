/** A process of clients, and what it is asked. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ClientsDone, ClientsOrder } from './orders.ts';

export class Clients {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor() {
    const argv = ['scripts/run.mjs', 'tests/load/clients.ts'];
    this.child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async open(order: ClientsOrder): Promise<void> {
    await this.ask(order);
  }

  async run(): Promise<ClientsDone> {
    return JSON.parse(await this.ask('go')) as ClientsDone;
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  private async ask(line: unknown): Promise<string> {
    if (!this.child.stdin!.write(`${JSON.stringify(line)}\n`)) await once(this.child.stdin!, 'drain');
    const answer = await this.lines.next();
    if (answer.done) throw new Error('a process of clients has ended');
    return answer.value;
  }
}
