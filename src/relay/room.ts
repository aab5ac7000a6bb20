/** Tabs that may meet. A room exists while somebody is in it, and remembers nothing afterwards. */
import type { RemoteMember } from './bus-messages.ts';
import { TokenBucket, type RelayLimits } from './limits.ts';
import { encodeFrame, MEMBERS_NAMED_MAX, type NamedMember } from './protocol.ts';

export interface Member extends NamedMember {
  /** Never makes anybody join or leave before it returns. */
  deliver(frame: string): void;
}

export type JoinRefusal = 'room-full' | 'room-busy' | 'relay-full';

/** A uniform whole number in 0..limit-1. */
export type RandomBelow = (limit: number) => number;

/** Tells the relays beside this one what happens in a room here. */
export interface RoomWire {
  joined(member: NamedMember): void;
  left(id: string): void;
  signal(from: string, to: string, payload: string): void;
  /** The room is no more. */
  close(): void;
}

export class Room {
  private readonly members = new Map<string, Member>();
  /** Members whom other relays serve. */
  private readonly remotes = new Map<string, RemoteMember>();
  private readonly joins: TokenBucket;
  private readonly membersMax: number;
  private readonly randomBelow: RandomBelow;
  private wire: RoomWire | undefined;
  /** Newcomers, until it is known who is in the room elsewhere; undefined once it is. */
  private arriving: Map<string, Member> | undefined;

  constructor(limits: RelayLimits, nowMs: number, randomBelow: RandomBelow) {
    this.joins = new TokenBucket(limits.joinsBurst, limits.joinsPerS, nowMs);
    this.membersMax = limits.membersPerRoomMax;
    this.randomBelow = randomBelow;
  }

  /** Served here. */
  get size(): number {
    return this.members.size + (this.arriving?.size ?? 0);
  }

  /** Before anybody joins: the room may have members elsewhere, and is closed until `open`. */
  connect(wire: RoomWire): void {
    this.arriving = new Map();
    this.wire = wire;
  }

  open(): void {
    const arriving = this.arriving?.values() ?? [];
    this.arriving = undefined;
    for (const newcomer of arriving) this.admit(newcomer);
  }

  /** Adds a member: told of (a sample of) those already here, who are told of it. Undefined when that went well. */
  join(newcomer: Member, nowMs: number): JoinRefusal | undefined {
    if (this.size + this.remotes.size >= this.membersMax) return 'room-full';
    if (!this.joins.take(1, nowMs)) return 'room-busy';
    if (this.arriving) this.arriving.set(newcomer.id, newcomer);
    else this.admit(newcomer);
    return undefined;
  }

  leave(id: string): void {
    this.arriving?.delete(id);
    if (!this.members.delete(id)) return;
    this.broadcast(encodeFrame({ type: 'member-left', id }));
    this.wire?.left(id);
  }

  /** False when nobody of that name is in the room. */
  route(from: string, to: string, payload: string): boolean {
    const member = this.members.get(to);
    member?.deliver(encodeFrame({ type: 'signal', from, payload }));
    if (member) return true;
    if (!this.remotes.has(to)) return false;
    this.wire?.signal(from, to, payload);
    return true;
  }

  /** A member whom another relay has taken in. No id is taken twice, and nobody is made to remember any number of them. */
  meet(remote: RemoteMember): void {
    const { id, presence } = remote;
    if (this.remotes.has(id) || this.members.has(id) || this.arriving?.has(id)) return;
    if (this.remotes.size >= this.membersMax) return;
    this.remotes.set(id, remote);
    this.broadcast(encodeFrame({ type: 'member-joined', id, presence }));
  }

  /** @param relay  the one that says so; it speaks for its own members only */
  lose(id: string, relay: string): void {
    if (this.remotes.get(id)?.relay !== relay) return;
    this.remotes.delete(id);
    this.broadcast(encodeFrame({ type: 'member-left', id }));
  }

  /** Meets those who are new, loses those who are not named. */
  setRemotes(remotes: readonly RemoteMember[]): void {
    const named = new Set(remotes.map(({ id }) => id));
    for (const { id, relay } of this.remoteMembers()) if (!named.has(id)) this.lose(id, relay);
    for (const remote of remotes) this.meet(remote);
  }

  /** A signal that another relay passes on for a member of its own. */
  deliverRemote(relay: string, from: string, to: string, payload: string): void {
    if (this.remotes.get(from)?.relay !== relay) return;
    this.members.get(to)?.deliver(encodeFrame({ type: 'signal', from, payload }));
  }

  locals(): readonly NamedMember[] {
    return [...this.members.values()];
  }

  remoteMembers(): readonly RemoteMember[] {
    return [...this.remotes.values()];
  }

  close(): void {
    this.wire?.close();
  }

  private admit(newcomer: Member): void {
    const others = [...this.members.values(), ...this.remotes.values()];
    const named = sample(others, MEMBERS_NAMED_MAX, this.randomBelow).map(({ id, presence }) => ({ id, presence }));
    newcomer.deliver(encodeFrame({ type: 'joined', self: newcomer.id, members: named }));
    this.broadcast(encodeFrame({ type: 'member-joined', id: newcomer.id, presence: newcomer.presence }));
    this.members.set(newcomer.id, newcomer);
    this.wire?.joined(newcomer);
  }

  private broadcast(frame: string): void {
    for (const member of this.members.values()) member.deliver(frame);
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
