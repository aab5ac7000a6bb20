/**
 * Answers that take room on the wire (blocks, chunks): for each peer one at a time, no faster than its link takes them,
 * and no more waiting than a bound. A peer that asks for more than it reads is told so.
 */
import type { PeerMessage } from '../core/wire.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';

/** Reads what the answer needs only when its turn has come. */
export type Answer = () => Promise<PeerMessage>;

interface Line {
  readonly answers: Answer[];
  running: boolean;
  /** Set while the link is full. */
  wake: (() => void) | undefined;
}

export class ServeQueue {
  private readonly lines = new Map<Peer, Line>();
  private readonly peers: Pick<PeerManager, 'send' | 'punish'>;
  private readonly answersMax: number;
  private readonly onFault: (fault: unknown) => void;

  constructor(peers: Pick<PeerManager, 'send' | 'punish'>, answersMax: number, onFault: (fault: unknown) => void) {
    this.peers = peers;
    this.answersMax = answersMax;
    this.onFault = onFault;
  }

  push(peer: Peer, answer: Answer): void {
    const line = this.lines.get(peer) ?? { answers: [], running: false, wake: undefined };
    this.lines.set(peer, line);
    if (line.answers.length >= this.answersMax) return this.peers.punish(peer, 'request-flood', 20);
    line.answers.push(answer);
    if (line.running) return;
    this.start(peer, line);
  }

  onDrain(peer: Peer): void {
    this.lines.get(peer)?.wake?.();
  }

  onGone(peer: Peer): void {
    const line = this.lines.get(peer);
    this.lines.delete(peer);
    line?.wake?.();
  }

  private start(peer: Peer, line: Line): void {
    line.running = true;
    this.run(peer, line).catch((fault: unknown) => {
      this.onFault(fault);
      // What could not be read is left out; those behind it wait no longer for it.
      this.start(peer, line);
    });
  }

  private async run(peer: Peer, line: Line): Promise<void> {
    for (let answer = line.answers.shift(); answer; answer = line.answers.shift()) {
      const message = await answer();
      while (this.lines.get(peer) === line && !this.peers.send(peer, message, 'bulk')) {
        await new Promise<void>((resolve) => (line.wake = resolve));
        line.wake = undefined;
      }
      if (this.lines.get(peer) !== line) return;
    }
    line.running = false;
  }
}
