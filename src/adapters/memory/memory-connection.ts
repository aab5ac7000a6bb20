/**
 * One end of a connection in memory. It behaves as an SCTP channel does: reliable and in order, with a buffer that empties
 * at the rate of the wire, silent while the wire is cut, and lost only when the cut outlasts its patience.
 */
import { sha256 } from '../../core/hash.ts';
import { assert } from '../../core/result.ts';
import { encodeUtf8 } from '../../core/text.ts';
import type { Clock } from '../../node/ports.ts';
import { bindingOf } from '../webrtc/channel-binding.ts';
import type { Connection, ConnectionHandlers, SessionSignal } from '../webrtc/connector.ts';
import { LOW_WATER_BYTES } from '../webrtc/link.ts';

/** What an end asks of the network it is in. */
export interface Wiring {
  readonly clock: Clock;
  /** Infinity: a frame is on its way as soon as it is sent. */
  readonly bytesPerMs: number;
  /** How long a cut wire is borne before the connection counts as lost. */
  readonly lostAfterMs: number;
  travelMs(from: string, to: string): number;
  isCut(from: string, to: string): boolean;
  find(description: string): MemoryConnection | undefined;
  readonly onFrame: ((from: string, bytes: number) => void) | undefined;
  /** This end is over. */
  remove(connection: MemoryConnection): void;
}

/** Things under way that arrive in the order they left, whatever each one's delay. */
export class OrderedFlight {
  private readonly clock: Clock;
  private readonly isHeld: () => boolean;
  private readonly underWay: { arrived: boolean; readonly deliver: () => void }[] = [];

  constructor(clock: Clock, isHeld: () => boolean = () => false) {
    this.clock = clock;
    this.isHeld = isHeld;
  }

  launch(delayMs: number, deliver: () => void): void {
    const item = { arrived: false, deliver };
    this.underWay.push(item);
    this.clock.after(delayMs, () => {
      item.arrived = true;
      this.release();
    });
  }

  release(): void {
    while (this.underWay[0]?.arrived && !this.isHeld()) this.underWay.shift()!.deliver();
  }
}

export class MemoryConnection implements Connection {
  readonly owner: string;
  /** Stands for the session description: names this end. */
  readonly description: string;
  bufferedBytes = 0;
  private readonly handlers: ConnectionHandlers;
  private readonly wiring: Wiring;
  private readonly flight: OrderedFlight;
  private readonly unsent: Uint8Array[] = [];
  private isTransmitting = false;
  private other: MemoryConnection | undefined;
  private state: 'new' | 'open' | 'ended' = 'new';
  private cancelLoss: (() => void) | undefined;

  constructor(
    owner: string,
    description: string,
    role: 'initiator' | 'responder',
    wiring: Wiring,
    handlers: ConnectionHandlers,
  ) {
    this.owner = owner;
    this.description = description;
    this.wiring = wiring;
    this.handlers = handlers;
    this.flight = new OrderedFlight(wiring.clock, () => this.isCut());
    if (role === 'initiator') this.describe('offer');
  }

  signal(signal: SessionSignal): void {
    if (this.state !== 'new' || signal.kind === 'candidate') return;
    const other = this.wiring.find(signal.sdp);
    if (!other || other === this) return this.end('bad-description');
    this.other = other;
    if (signal.kind === 'offer') return this.describe('answer');
    if (other.other !== this) return this.end('bad-description');
    // Opening comes first on its wire, so that no frame overtakes it.
    this.launch(() => other.open());
    other.launch(() => this.open());
  }

  send(frame: Uint8Array): void {
    if (this.state !== 'open') throw new Error('connection is not open');
    this.wiring.onFrame?.(this.owner, frame.length);
    this.unsent.push(frame.slice());
    this.bufferedBytes += frame.length;
    this.transmit();
  }

  destroy(): void {
    if (this.state === 'ended') return;
    const { other } = this;
    this.finish();
    if (other) this.launch(() => other.end('lost'));
  }

  /** Gone without a word: the other end must find out by itself. */
  vanish(): void {
    this.finish();
    this.other?.suspectLoss();
  }

  /** The wire was cut or healed. */
  onWireChanged(): void {
    if (this.state === 'ended') return;
    if (this.isSevered()) {
      this.suspectLoss();
    } else {
      this.cancelLoss?.();
      this.cancelLoss = undefined;
    }
    this.transmit();
    this.flight.release();
    // What the other end sent before it was over.
    this.other?.flight.release();
  }

  end(reason: string): void {
    if (this.state === 'ended') return;
    this.finish();
    this.handlers.onClosed(reason);
  }

  private describe(kind: 'offer' | 'answer'): void {
    this.wiring.clock.after(0, () => {
      if (this.state === 'new') this.handlers.onSignal({ kind, sdp: this.description });
    });
  }

  private open(): void {
    if (this.state !== 'new') return;
    assert(this.other, 'opened without another end');
    this.state = 'open';
    this.handlers.onOpen(bindingOf(fingerprint(this.description), fingerprint(this.other.description)));
  }

  /** Hands frames to the wire, one at a time where the wire has a rate. */
  private transmit(): void {
    while (this.unsent.length > 0 && !this.isTransmitting && !this.isCut()) {
      if (this.wiring.bytesPerMs === Infinity) {
        this.depart();
      } else {
        this.isTransmitting = true;
        this.wiring.clock.after(this.unsent[0]!.length / this.wiring.bytesPerMs, () => {
          this.isTransmitting = false;
          this.depart();
          this.transmit();
        });
      }
    }
  }

  private depart(): void {
    const frame = this.unsent.shift();
    const { other } = this;
    if (!frame || !other) return;
    const wasHigh = this.bufferedBytes > LOW_WATER_BYTES;
    this.bufferedBytes -= frame.length;
    this.launch(() => other.accept(frame));
    if (wasHigh && this.bufferedBytes <= LOW_WATER_BYTES) this.handlers.onBufferLow();
  }

  private launch(deliver: () => void): void {
    if (this.other) this.flight.launch(this.wiring.travelMs(this.owner, this.other.owner), deliver);
  }

  private accept(frame: Uint8Array): void {
    if (this.state === 'open') this.handlers.onFrame(frame);
  }

  private isCut(): boolean {
    return this.other !== undefined && this.wiring.isCut(this.owner, this.other.owner);
  }

  private suspectLoss(): void {
    if (this.state === 'ended' || this.cancelLoss || !this.isSevered()) return;
    const reason = this.state === 'open' ? 'lost' : 'ice-failed';
    this.cancelLoss = this.wiring.clock.after(this.wiring.lostAfterMs, () => this.end(reason));
  }

  private isSevered(): boolean {
    return this.isCut() || this.other?.state === 'ended';
  }

  private finish(): void {
    this.state = 'ended';
    this.unsent.length = 0;
    this.bufferedBytes = 0;
    this.cancelLoss?.();
    this.wiring.remove(this);
  }
}

function fingerprint(description: string): Uint8Array {
  return sha256(encodeUtf8(description));
}
