/** What the bridge between page and worker does when either side cannot keep up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNREAD_BYTES_MAX, type ToWorker } from '../../../src/adapters/webrtc/bridge-messages.ts';
import { PageBridge } from '../../../src/adapters/webrtc/page-bridge.ts';
import { QUEUE_MARK_BYTES } from '../../../src/adapters/webrtc/send-queue.ts';
import { WorkerTransport } from '../../../src/adapters/webrtc/worker-bridge.ts';
import type { LinkId, Priority, Transport, TransportHandlers } from '../../../src/node/ports.ts';
import { Tab, until } from '../../contract/suites/transport.ts';

/** The page's transport, played by the test. */
class StubTransport implements Transport {
  handlers: TransportHandlers | undefined;
  starts = 0;
  readonly sent: number[] = [];
  readonly closed: string[] = [];
  readonly full: Record<Priority, boolean> = { control: false, bulk: false };

  start(_presence: Uint8Array, handlers: TransportHandlers): void {
    this.handlers = handlers;
    this.starts += 1;
  }

  open(link: LinkId): void {
    this.handlers!.onLink({ link, rendezvous: 'r', outbound: true, channelBinding: new Uint8Array(32) });
  }

  dial(): void {}

  send(_link: LinkId, bytes: Uint8Array, priority: Priority): boolean {
    if (this.full[priority]) return false;
    this.sent.push(bytes[0]!);
    return true;
  }

  close(link: LinkId, reason: string): void {
    this.closed.push(reason);
    this.handlers!.onClosed(link, 'r', reason);
  }

  stop(): void {
    this.handlers = undefined;
  }
}

describe('bridge between page and worker', () => {
  let stub: StubTransport;
  let channel: MessageChannel;

  beforeEach(() => {
    stub = new StubTransport();
    channel = new MessageChannel();
    new PageBridge(channel.port1, stub, new EventTarget());
  });

  afterEach(() => {
    channel.port1.close();
    channel.port2.close();
  });

  async function startTab(): Promise<Tab> {
    const tab = new Tab(new WorkerTransport(channel.port2), 1);
    await until(() => expect(stub.handlers).toBeDefined());
    stub.open(5);
    await until(() => expect(tab.links).toHaveLength(1));
    return tab;
  }

  it('counts in the worker what the page cannot take yet, and passes it on in order', async () => {
    const tab = await startTab();
    stub.full.bulk = true;
    const chunk = (index: number) => new Uint8Array(100_000).fill(index);
    let accepted = 0;
    while (tab.transport.send(5, chunk(accepted), 'bulk')) accepted += 1;
    expect(accepted).toBe(Math.ceil(QUEUE_MARK_BYTES.bulk / 100_064));
    expect(tab.transport.send(5, Uint8Array.of(99), 'control')).toBe(true);
    await until(() => expect(stub.sent).toEqual([99]));
    expect(tab.drained).toEqual([]);
    stub.full.bulk = false;
    stub.handlers!.onDrain(5);
    await until(() => expect(tab.drained).toEqual([5]));
    expect(stub.sent).toEqual([99, ...Array.from({ length: accepted }, (_, index) => index)]);
    expect(tab.transport.send(5, chunk(0), 'bulk')).toBe(true);
  });

  it('drops a peer whose control queue is full, as the node would', async () => {
    const tab = await startTab();
    stub.full.control = true;
    expect(tab.transport.send(5, Uint8Array.of(1), 'control')).toBe(true);
    await until(() => expect(tab.closings).toEqual([{ link: 5, rendezvous: 'r', reason: 'slow-reader' }]));
    expect(tab.transport.send(5, Uint8Array.of(1), 'control')).toBe(false);
  });

  it('drops a peer that floods a worker which does not read, and none that is read', async () => {
    const tab = await startTab();
    const message = () => new Uint8Array(1_000_000);
    const countMax = Math.ceil(UNREAD_BYTES_MAX / 1_000_000);
    for (const read of [12, 24]) {
      for (let i = 0; i < 12; i++) stub.handlers!.onMessage(5, message());
      await until(() => expect(tab.messages).toHaveLength(read));
    }
    expect(stub.closed).toEqual([]);
    for (let i = 0; i < countMax; i++) stub.handlers!.onMessage(5, message());
    expect(stub.closed).toEqual(['flooding']);
    await until(() => expect(tab.closings).toHaveLength(1));
  });

  it('hears nothing of the time before a restart', async () => {
    const tab = await startTab();
    tab.transport.stop();
    const calls = tab.calls;
    // Under way while the page has not heard of the stop.
    stub.open(6);
    tab.start();
    await until(() => expect(stub.starts).toBe(2));
    expect(tab.calls).toBe(calls);
    stub.open(7);
    await until(() => expect(tab.links.map(({ link }) => link)).toEqual([5, 7]));
    expect(tab.transport.send(6, Uint8Array.of(1), 'control')).toBe(false);
  });

  it('transfers what it carries', async () => {
    const received: ToWorker[] = [];
    channel.port2.onmessage = ({ data }: MessageEvent<ToWorker>) => received.push(data);
    channel.port2.postMessage({ type: 'start', presence: new Uint8Array(1) });
    await until(() => expect(stub.handlers).toBeDefined());
    stub.open(1);
    const bytes = new Uint8Array(100);
    stub.handlers!.onMessage(1, bytes);
    expect(bytes.buffer.byteLength).toBe(0);
    await until(() => expect(received.map(({ type }) => type)).toEqual(['link', 'message']));
  });
});
