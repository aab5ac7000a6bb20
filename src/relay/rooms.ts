/** The rooms that somebody is in. */
import type { RelayLimits } from './limits.ts';
import { Room, type JoinRefusal, type Member, type RandomBelow, type RoomWire } from './room.ts';

export class Rooms {
  private readonly rooms = new Map<string, Room>();
  private readonly limits: RelayLimits;
  private readonly randomBelow: RandomBelow;
  private readonly connect: ((roomId: string, room: Room) => RoomWire) | undefined;

  /** @param connect  to the relays beside this one, when there are any */
  constructor(limits: RelayLimits, randomBelow: RandomBelow, connect?: (roomId: string, room: Room) => RoomWire) {
    this.limits = limits;
    this.randomBelow = randomBelow;
    this.connect = connect;
  }

  get count(): number {
    return this.rooms.size;
  }

  /** @param roomId  opened by its first member, if there may be another */
  join(roomId: string, newcomer: Member, nowMs: number): Room | JoinRefusal {
    const known = this.rooms.get(roomId);
    if (!known && this.rooms.size >= this.limits.roomsMax) return 'relay-full';
    const room = known ?? this.create(roomId, nowMs);
    const refusal = room.join(newcomer, nowMs);
    if (refusal) {
      if (!known) room.close();
      return refusal;
    }
    this.rooms.set(roomId, room);
    return room;
  }

  leave(roomId: string, memberId: string): void {
    const room = this.rooms.get(roomId);
    room?.leave(memberId);
    if (room?.size !== 0) return;
    this.rooms.delete(roomId);
    room.close();
  }

  /** Forgets every room without telling anybody in it who has left: when all are leaving. */
  clear(): void {
    for (const room of this.rooms.values()) room.close();
    this.rooms.clear();
  }

  private create(roomId: string, nowMs: number): Room {
    const room = new Room(this.limits, nowMs, this.randomBelow);
    if (this.connect) room.connect(this.connect(roomId, room));
    return room;
  }
}
