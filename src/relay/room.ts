/** Tabs that may meet. A room exists while somebody is in it, and remembers nothing afterwards. */
import { TokenBucket, type RelayLimits } from './limits.ts';
import { encodeFrame, MEMBERS_NAMED_MAX, type NamedMember } from './protocol.ts';

export interface Member extends NamedMember {
  /** Never makes anybody join or leave before it returns. */
  deliver(frame: string): void;
}

export type JoinRefusal = 'room-full' | 'room-busy' | 'relay-full';

/** A uniform whole number in 0..limit-1. */
export type RandomBelow = (limit: number) => number;

export class Room {
  private readonly members = new Map<string, Member>();
  private readonly joins: TokenBucket;
  private readonly membersMax: number;

  constructor(limits: RelayLimits, nowMs: number) {
    this.joins = new TokenBucket(limits.joinsBurst, limits.joinsPerS, nowMs);
    this.membersMax = limits.membersPerRoomMax;
  }

  get size(): number {
    return this.members.size;
  }

  /** Adds a member: told of (a sample of) those already here, who are told of it. Undefined when that went well. */
  join(newcomer: Member, nowMs: number, randomBelow: RandomBelow): JoinRefusal | undefined {
    if (this.members.size >= this.membersMax) return 'room-full';
    if (!this.joins.take(1, nowMs)) return 'room-busy';
    const members = sample([...this.members.values()], MEMBERS_NAMED_MAX, randomBelow);
    const named = members.map(({ id, presence }) => ({ id, presence }));
    newcomer.deliver(encodeFrame({ type: 'joined', self: newcomer.id, members: named }));
    this.broadcast(encodeFrame({ type: 'member-joined', id: newcomer.id, presence: newcomer.presence }));
    this.members.set(newcomer.id, newcomer);
    return undefined;
  }

  leave(id: string): void {
    if (this.members.delete(id)) this.broadcast(encodeFrame({ type: 'member-left', id }));
  }

  /** False when nobody of that name is here. */
  route(from: string, to: string, payload: string): boolean {
    const member = this.members.get(to);
    member?.deliver(encodeFrame({ type: 'signal', from, payload }));
    return member !== undefined;
  }

  private broadcast(frame: string): void {
    for (const member of this.members.values()) member.deliver(frame);
  }
}

export class Rooms {
  private readonly rooms = new Map<string, Room>();
  private readonly limits: RelayLimits;
  private readonly randomBelow: RandomBelow;

  constructor(limits: RelayLimits, randomBelow: RandomBelow) {
    this.limits = limits;
    this.randomBelow = randomBelow;
  }

  get count(): number {
    return this.rooms.size;
  }

  /** @param roomId  opened by its first member, if there may be another */
  join(roomId: string, newcomer: Member, nowMs: number): Room | JoinRefusal {
    const known = this.rooms.get(roomId);
    if (!known && this.rooms.size >= this.limits.roomsMax) return 'relay-full';
    const room = known ?? new Room(this.limits, nowMs);
    const refusal = room.join(newcomer, nowMs, this.randomBelow);
    if (refusal) return refusal;
    this.rooms.set(roomId, room);
    return room;
  }

  leave(roomId: string, memberId: string): void {
    const room = this.rooms.get(roomId);
    room?.leave(memberId);
    if (room?.size === 0) this.rooms.delete(roomId);
  }

  /** Forgets every room without telling anybody who has left: when all are leaving. */
  clear(): void {
    this.rooms.clear();
  }
}

/** The first steps of a Fisher-Yates shuffle: everybody is as likely to be dialled by a newcomer. */
function sample<T>(items: T[], count: number, randomBelow: RandomBelow): T[] {
  const taken = Math.min(count, items.length);
  if (taken === items.length) return items;
  for (let i = 0; i < taken; i++) {
    const j = i + randomBelow(items.length - i);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items.slice(0, taken);
}
