/** The Transport port inside the node's worker: every call goes to the page, where WebRTC lives. */
import { assert, assertNever } from '../../core/result.ts';
import type { LinkId, LinkInfo, Priority, RendezvousId, Transport, TransportHandlers } from '../../node/ports.ts';
import { READ_STEP_BYTES, type ToPage, type ToWorker } from './bridge-messages.ts';
import { costOf, hasRoom, isDrained } from './send-queue.ts';

interface BridgedLink {
  readonly info: LinkInfo;
  /** Sent by us and not yet taken into the page's send queue. */
  readonly heldBytes: Record<Priority, number>;
  bulkRefused: boolean;
  /** Read by the node and not yet told to the page. */
  readBytes: number;
}

export class WorkerTransport implements Transport {
  private readonly port: MessagePort;
  private handlers: TransportHandlers | undefined;
  private readonly links = new Map<LinkId, BridgedLink>();
  /** What arrives before the page has answered each `stop` belongs to the time before. */
  private unansweredStops = 0;

  /** @param port its other end belongs to a PageBridge */
  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<ToWorker>) => this.receive(data);
  }

  start(presence: Uint8Array, handlers: TransportHandlers): void {
    assert(!this.handlers, 'transport started twice');
    this.handlers = handlers;
    this.post({ type: 'start', presence });
  }

  dial(rendezvous: RendezvousId): void {
    if (this.handlers) this.post({ type: 'dial', rendezvous });
  }

  send(link: LinkId, bytes: Uint8Array, priority: Priority): boolean {
    const bridged = this.links.get(link);
    if (!bridged) return false;
    if (!hasRoom(priority, bridged.heldBytes[priority], bytes.length)) {
      bridged.bulkRefused ||= priority === 'bulk';
      return false;
    }
    bridged.heldBytes[priority] += costOf(bytes);
    // A copy, since a gossiped message goes out on many links, and a transferred buffer is gone.
    const copy = bytes.slice();
    this.post({ type: 'send', link, bytes: copy, priority }, [copy.buffer]);
    return true;
  }

  close(link: LinkId, reason: string): void {
    // Gone for the node at once; the page reports `onClosed`.
    if (this.links.delete(link)) this.post({ type: 'close', link, reason });
  }

  stop(): void {
    if (!this.handlers) return;
    this.handlers = undefined;
    this.links.clear();
    this.unansweredStops += 1;
    this.post({ type: 'stop' });
  }

  private receive(message: ToWorker): void {
    if (message.type === 'stopped') this.unansweredStops -= 1;
    const { handlers } = this;
    if (!handlers || this.unansweredStops > 0) return;
    switch (message.type) {
      case 'roster':
        return handlers.onRoster(message.roster);
      case 'relay-state':
        return handlers.onRelayState(message.state);
      case 'link': {
        const { info } = message;
        this.links.set(info.link, { info, heldBytes: { control: 0, bulk: 0 }, bulkRefused: false, readBytes: 0 });
        return handlers.onLink(info);
      }
      case 'message':
        return this.deliver(message.link, message.bytes, handlers);
      case 'taken':
        return this.release(message.link, message.priority, message.bytes, handlers);
      case 'closed':
        if (message.link !== undefined) this.links.delete(message.link);
        return handlers.onClosed(message.link, message.rendezvous, message.reason);
      case 'stopped':
        return;
      default:
        return assertNever(message);
    }
  }

  private deliver(link: LinkId, bytes: Uint8Array, handlers: TransportHandlers): void {
    const bridged = this.links.get(link);
    // Closed by the node while this was on its way.
    if (!bridged) return;
    bridged.readBytes += costOf(bytes);
    if (bridged.readBytes >= READ_STEP_BYTES) {
      this.post({ type: 'read', link, bytes: bridged.readBytes });
      bridged.readBytes = 0;
    }
    handlers.onMessage(link, bytes);
  }

  private release(link: LinkId, priority: Priority, bytes: number, handlers: TransportHandlers): void {
    const bridged = this.links.get(link);
    if (!bridged) return;
    bridged.heldBytes[priority] -= bytes;
    if (!bridged.bulkRefused || !isDrained(bridged.heldBytes.bulk)) return;
    bridged.bulkRefused = false;
    handlers.onDrain(link);
  }

  private post(message: ToPage, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}
