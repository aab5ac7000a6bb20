/** One connected tab: its place in a room, what it may still send, and whether it is alive. */
import type { WebSocket } from 'ws';
import type { AddressUse } from './addresses.ts';
import type { EndReason, RelayCounts } from './counts.ts';
import { TokenBucket, type RelayLimits } from './limits.ts';
import type { CutReason, RelayLog } from './log.ts';
import { CLOSE_CODES, encodeFrame, parseClientMessage, type ClientMessage, type CloseReason } from './protocol.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

export interface SessionWorld {
  readonly limits: RelayLimits;
  readonly rooms: Rooms;
  readonly log: RelayLog;
  readonly nowMs: () => number;
  /** 32 hex digits nobody can guess: whoever knows a member's id may signal to it. */
  readonly randomId: () => string;
  readonly counts: RelayCounts;
}

const BEAT = encodeFrame({ type: 'beat' });

export class Session {
  readonly id: string;
  /** The part of each beat interval in which its turn is. */
  readonly beatSlot: number;
  private readonly socket: WebSocket;
  private readonly world: SessionWorld;
  private readonly address: AddressUse;
  private readonly frames: TokenBucket;
  private readonly bytes: TokenBucket;
  private readonly drops: TokenBucket;
  /** Ends a socket that does not join in time, later one that does not answer a close. */
  private timer: NodeJS.Timeout;
  private place: { readonly roomId: string; readonly room: Room } | undefined;
  private inDrySpell = false;
  private heard = true;
  private over = false;
  private endReason: EndReason = 'left';

  constructor(
    socket: WebSocket,
    address: AddressUse,
    beatSlot: number,
    world: SessionWorld,
    onClosed: (session: Session) => void,
  ) {
    const { limits } = world;
    const nowMs = world.nowMs();
    this.id = world.randomId();
    this.socket = socket;
    this.address = address;
    this.beatSlot = beatSlot;
    this.world = world;
    this.frames = new TokenBucket(limits.framesBurst, limits.framesPerS, nowMs);
    this.bytes = new TokenBucket(limits.bytesBurst, limits.bytesPerS, nowMs);
    this.drops = new TokenBucket(limits.droppedFramesBurst, limits.droppedFramesPerS, nowMs);
    this.timer = setTimeout(() => this.close('join-timeout'), limits.joinTimeoutMs);
    socket.on('message', (data, isBinary) => this.receive(data as Buffer, isBinary));
    socket.on('ping', (data) => this.admits(data.length));
    socket.on('pong', (data) => this.admits(data.length));
    // The library closes the socket itself: an oversized frame with 1009, a malformed one with 1002 or 1007.
    socket.on('error', (error: Error & { code?: string }) => {
      world.log({ level: 'warn', event: 'socket-error', code: error.code ?? 'unknown' });
      // The library's own codes are of broken frames, those of the system of broken lines.
      if (error.code?.startsWith('WS_ERR_')) this.endReason = 'bad-frame';
    });
    socket.on('close', () => {
      this.leave();
      clearTimeout(this.timer);
      world.counts.closed[this.endReason]++;
      onClosed(this);
    });
  }

  get joined(): boolean {
    return this.place !== undefined;
  }

  /** Cuts off a socket that has been silent for a whole interval; asks the others for a sign of life, and gives one. */
  beat(): void {
    if (!this.heard) return this.cut('silent');
    this.heard = false;
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.ping();
    this.deliver(BEAT);
  }

  /** Tells the tab why, leaves the room at once, and waits a moment for the tab to close its side. */
  close(reason: CloseReason): void {
    if (this.over) return;
    this.endReason = reason;
    if (reason !== 'stopping') this.world.log({ level: 'warn', event: 'socket-closed', reason });
    this.leave();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.terminate(), this.world.limits.closeGraceMs);
    this.socket.close(CLOSE_CODES[reason], reason);
  }

  private leave(): void {
    this.over = true;
    if (this.place) {
      this.world.rooms.leave(this.place.roomId, this.id);
      this.address.leave(this.place.roomId);
    }
    this.place = undefined;
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (!this.admits(data.length)) return;
    const parsed = isBinary ? undefined : parseClientMessage(data.toString('utf8'));
    if (!parsed?.ok) return this.close('bad-message');
    this.handle(parsed.value);
  }

  private handle(message: ClientMessage): void {
    if (message.type === 'beat') return this.deliver(BEAT);
    if (message.type === 'join') return this.join(message.room, message.presence);
    if (!this.place) return this.close('bad-message');
    this.world.counts.signals++;
    const reached = this.place.room.route(this.id, message.to, message.payload);
    if (!reached) this.deliver(encodeFrame({ type: 'no-such-member', id: message.to }));
  }

  private join(roomId: string, presence: string): void {
    if (this.place) return this.close('bad-message');
    clearTimeout(this.timer);
    const nowMs = this.world.nowMs();
    if (!this.address.enter(roomId, nowMs)) return this.close('address-full');
    const newcomer = { id: this.id, presence, deliver: (frame: string) => this.deliver(frame) };
    const joined = this.world.rooms.join(roomId, newcomer, nowMs);
    if (typeof joined === 'string') {
      this.address.leave(roomId);
      return this.close(joined);
    }
    this.place = { roomId, room: joined };
    this.world.counts.joins++;
  }

  /** Whether a frame of this size is within the rate. Drops what is not, and in the end the socket that keeps sending it. */
  private admits(bytes: number): boolean {
    if (this.over) return false;
    this.heard = true;
    const nowMs = this.world.nowMs();
    if (this.frames.take(1, nowMs) && this.bytes.take(bytes, nowMs)) {
      this.inDrySpell = false;
      return true;
    }
    this.world.counts.droppedFrames++;
    if (!this.inDrySpell) this.deliver(encodeFrame({ type: 'rate-limited' }));
    this.inDrySpell = true;
    if (!this.drops.take(1, nowMs)) this.close('rate-limited');
    return false;
  }

  private deliver(frame: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(frame);
    if (this.socket.bufferedAmount > this.world.limits.bufferedBytesMax) this.cut('slow-client');
  }

  /** No close frame: it would wait behind everything the client has not read. Leaves the room when the socket is gone. */
  private cut(reason: CutReason): void {
    this.endReason = reason;
    this.world.log({ level: 'warn', event: 'socket-cut', reason });
    this.socket.terminate();
  }
}
