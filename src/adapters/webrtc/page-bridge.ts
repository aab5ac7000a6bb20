/** The page's end of the bridge: runs a Transport on behalf of the node in the worker. */
import { assertNever } from '../../core/result.ts';
import type { LinkId, LinkInfo, Priority, Transport, TransportHandlers } from '../../node/ports.ts';
import { TAKEN_STEP_BYTES, UNREAD_BYTES_MAX, type ToPage, type ToWorker } from './bridge-messages.ts';
import { costOf } from './send-queue.ts';

interface PagedLink {
  readonly info: LinkInfo;
  /** Bulk that the transport had no room for: bounded by what the worker may have in flight. */
  readonly waiting: Uint8Array[];
  /** Taken by the transport and not yet told to the worker. */
  readonly takenBytes: Record<Priority, number>;
  /** Passed to the worker and not yet read there. */
  unreadBytes: number;
}

export class PageBridge {
  private readonly port: MessagePort;
  private readonly transport: Transport;
  private readonly links = new Map<LinkId, PagedLink>();
  /** Given by the worker; undefined while it does not want to be connected. */
  private presence: Uint8Array | undefined;
  private isRunning = false;

  /**
   * @param port its other end belongs to a WorkerTransport
   * @param page where `pagehide` is heard: a tab that leaves says so, else its peers notice only after 15 s
   */
  constructor(port: MessagePort, transport: Transport, page: EventTarget = globalThis) {
    this.port = port;
    this.transport = transport;
    port.onmessage = ({ data }: MessageEvent<ToPage>) => this.receive(data);
    page.addEventListener('pagehide', () => this.hide());
    page.addEventListener('pageshow', (event) => this.show(event));
  }

  private receive(message: ToPage): void {
    switch (message.type) {
      case 'start':
        this.presence = message.presence;
        return this.run();
      case 'dial':
        return this.transport.dial(message.rendezvous);
      case 'send':
        return this.send(message.link, message.bytes, message.priority);
      case 'read': {
        const paged = this.links.get(message.link);
        if (paged) paged.unreadBytes -= message.bytes;
        return;
      }
      case 'close':
        return this.transport.close(message.link, message.reason);
      case 'stop':
        this.presence = undefined;
        this.halt();
        return this.post({ type: 'stopped' });
      default:
        return assertNever(message);
    }
  }

  private run(): void {
    if (this.isRunning || !this.presence) return;
    this.isRunning = true;
    const handlers: TransportHandlers = {
      onRoster: (roster) => this.post({ type: 'roster', roster }),
      onRelayState: (state) => this.post({ type: 'relay-state', state }),
      onLink: (info) => {
        this.links.set(info.link, { info, waiting: [], takenBytes: { control: 0, bulk: 0 }, unreadBytes: 0 });
        this.post({ type: 'link', info });
      },
      onMessage: (link, bytes) => this.pass(link, bytes),
      onDrain: (link) => this.drain(link),
      onClosed: (link, rendezvous, reason) => {
        if (link !== undefined) this.links.delete(link);
        this.post({ type: 'closed', link, rendezvous, reason });
      },
    };
    this.transport.start(this.presence, handlers);
  }

  private halt(): void {
    this.isRunning = false;
    this.links.clear();
    this.transport.stop();
  }

  private send(link: LinkId, bytes: Uint8Array, priority: Priority): void {
    const paged = this.links.get(link);
    // Closed while this was on its way; the worker is about to hear of it.
    if (!paged) return;
    if (priority === 'bulk' && paged.waiting.length > 0) {
      paged.waiting.push(bytes);
    } else if (this.transport.send(link, bytes, priority)) {
      this.take(paged, bytes, priority);
    } else if (priority === 'bulk') {
      paged.waiting.push(bytes);
    } else {
      // The worker was told yes before the page could know: what the node would do about a no is done here.
      this.transport.close(link, 'slow-reader');
    }
  }

  private drain(link: LinkId): void {
    const paged = this.links.get(link);
    if (!paged) return;
    for (;;) {
      const [next] = paged.waiting;
      if (!next || !this.transport.send(link, next, 'bulk')) return;
      paged.waiting.shift();
      this.take(paged, next, 'bulk');
    }
  }

  private take(paged: PagedLink, bytes: Uint8Array, priority: Priority): void {
    paged.takenBytes[priority] += costOf(bytes);
    if (paged.takenBytes[priority] < TAKEN_STEP_BYTES) return;
    this.post({ type: 'taken', link: paged.info.link, priority, bytes: paged.takenBytes[priority] });
    paged.takenBytes[priority] = 0;
  }

  private pass(link: LinkId, bytes: Uint8Array): void {
    const paged = this.links.get(link);
    if (!paged) return;
    paged.unreadBytes += costOf(bytes);
    if (paged.unreadBytes > UNREAD_BYTES_MAX) {
      this.transport.close(link, 'flooding');
      this.links.delete(link);
      return;
    }
    this.post({ type: 'message', link, bytes }, [bytes.buffer]);
  }

  private hide(): void {
    if (!this.isRunning) return;
    const open = [...this.links.values()];
    this.halt();
    for (const { info } of open) {
      this.post({ type: 'closed', link: info.link, rendezvous: info.rendezvous, reason: 'page-hidden' });
    }
    this.post({ type: 'roster', roster: [] });
    this.post({ type: 'relay-state', state: 'offline' });
  }

  /** The browser kept the page after all and shows it again. */
  private show(event: Event): void {
    if ('persisted' in event && event.persisted) this.run();
  }

  private post(message: ToWorker, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}
