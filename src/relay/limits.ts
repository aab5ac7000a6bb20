/** How much of the relay one connection, one address, one room and everybody together may use. */
import { BEAT_INTERVAL_MS } from './protocol.ts';

export interface RelayLimits {
  readonly socketsMax: number;
  readonly roomsMax: number;
  /** Generous: a whole school shares one address. Less than a room holds, so that no address fills one alone. */
  readonly socketsPerAddressMax: number;
  /** Rooms that the sockets of one address are in. */
  readonly roomsPerAddressMax: number;
  /** Joins from one address; steadily less than one room takes, so that others get in. */
  readonly joinsPerAddressBurst: number;
  readonly joinsPerAddressPerS: number;
  readonly membersPerRoomMax: number;
  /** Joins of one room: each is told to every member, so this bounds what joining in a loop costs the others. */
  readonly joinsBurst: number;
  readonly joinsPerS: number;
  /** Frames of one socket, pings and pongs included. A newcomer dialled by a whole class answers in one burst. */
  readonly framesBurst: number;
  readonly framesPerS: number;
  readonly bytesBurst: number;
  readonly bytesPerS: number;
  /** Frames dropped for exceeding the above before the socket is closed. Forgiven with time: a tab stays open for days. */
  readonly droppedFramesBurst: number;
  readonly droppedFramesPerS: number;
  /** Bytes waiting for a client that does not read; beyond it the client is cut off. */
  readonly bufferedBytesMax: number;
  readonly joinTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How often relays on one bus show each other that they live; after three of these one is taken for dead. */
  readonly busBeatMs: number;
  /** What a client gets to answer a close, before it is cut off. */
  readonly closeGraceMs: number;
}

export const DEFAULT_LIMITS: RelayLimits = {
  socketsMax: 16_384,
  roomsMax: 2_048,
  socketsPerAddressMax: 600,
  roomsPerAddressMax: 64,
  joinsPerAddressBurst: 600,
  joinsPerAddressPerS: 16,
  membersPerRoomMax: 1_024,
  joinsBurst: 1_024,
  joinsPerS: 32,
  framesBurst: 400,
  framesPerS: 60,
  bytesBurst: 1024 * 1024,
  bytesPerS: 256 * 1024,
  droppedFramesBurst: 400,
  droppedFramesPerS: 4,
  bufferedBytesMax: 1024 * 1024,
  joinTimeoutMs: 10_000,
  heartbeatMs: BEAT_INTERVAL_MS,
  busBeatMs: 5_000,
  closeGraceMs: 500,
};

/** Allows a burst, then a steady rate: what comes too fast is refused, never queued. */
export class TokenBucket {
  private readonly burst: number;
  private readonly perS: number;
  private tokens: number;
  private filledAtMs: number;

  constructor(burst: number, perS: number, nowMs: number) {
    this.burst = burst;
    this.perS = perS;
    this.tokens = burst;
    this.filledAtMs = nowMs;
  }

  /** Takes `amount`, or nothing and returns false. A clock that moves back gives nothing and takes nothing away. */
  take(amount: number, nowMs: number): boolean {
    this.fill(nowMs);
    if (amount > this.tokens) return false;
    this.tokens -= amount;
    return true;
  }

  /** As if nothing had ever been taken. */
  isFull(nowMs: number): boolean {
    this.fill(nowMs);
    return this.tokens === this.burst;
  }

  private fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.filledAtMs);
    this.tokens = Math.min(this.burst, this.tokens + (elapsedMs * this.perS) / 1000);
    this.filledAtMs = nowMs;
  }
}
