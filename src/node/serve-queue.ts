/**
 * Answers that take room on the wire (blocks, chunks): for each peer one after the other, no faster than its link takes
 * them, and no more waiting than a bound. What the next few need is read while those before them drain. A peer that asks
 * for more than it reads is told so.
 */
import type { PeerMessage } from '../core/wire.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';

/** Reads what the answer needs; what comes back makes the message when its turn has come, as things stand then. */
export type Answer = () => Promise<() => PeerMessage>;

export interface ServeBounds {
  /** Answers a peer may have waiting. */
  readonly answersMax: number;
  /** Of these, so many are read before their turn: what they read is in memory. */
  readonly readAhead: number;
}

interface Line {
  readonly answers: Answer[];
  /** The first is being sent; undefined is what could not be read. */
  readonly reads: Promise<(() => PeerMessage) | undefined>[];
  running: boolean;
  /** Set while the link is full. */
  wake: (() => void) | undefined;
}

export class ServeQueue {
  private readonly lines = new Map<Peer, Line>();
  private readonly peers: Pick<PeerManager, 'send' | 'punish'>;
  private readonly bounds: ServeBounds;
  private readonly onFault: (fault: unknown) => void;

  constructor(peers: Pick<PeerManager, 'send' | 'punish'>, bounds: ServeBounds, onFault: (fault: unknown) => void) {
    this.peers = peers;
    this.bounds = bounds;
    this.onFault = onFault;
  }

  push(peer: Peer, answer: Answer): void {
    const line = this.lines.get(peer) ?? { answers: [], reads: [], running: false, wake: undefined };
    this.lines.set(peer, line);
    if (line.answers.length >= this.bounds.answersMax) return this.peers.punish(peer, 'request-flood', 20);
    line.answers.push(answer);
    this.readAhead(line);
    if (!line.running) this.run(peer, line).catch((fault: unknown) => this.onFault(fault));
  }

  onDrain(peer: Peer): void {
    this.lines.get(peer)?.wake?.();
  }

  onGone(peer: Peer): void {
    const line = this.lines.get(peer);
    this.lines.delete(peer);
    line?.wake?.();
  }

  private readAhead(line: Line): void {
    while (line.reads.length <= this.bounds.readAhead) {
      const answer = line.answers.shift();
      if (!answer) return;
      line.reads.push(this.read(answer));
    }
  }

  /** What could not be read is left out; those behind it do not wait for it. */
  private async read(answer: Answer): Promise<(() => PeerMessage) | undefined> {
    try {
      return await answer();
    } catch (fault) {
      this.onFault(fault);
      return undefined;
    }
  }

  private async run(peer: Peer, line: Line): Promise<void> {
    line.running = true;
    for (let read = line.reads[0]; read; read = line.reads[0]) {
      const message = await read;
      while (message && this.lines.get(peer) === line && !this.peers.send(peer, message(), 'bulk')) {
        await new Promise<void>((resolve) => (line.wake = resolve));
        line.wake = undefined;
      }
      if (this.lines.get(peer) !== line) return;
      void line.reads.shift();
      this.readAhead(line);
    }
    line.running = false;
  }
}
