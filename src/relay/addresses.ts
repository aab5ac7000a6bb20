/**
 * What each remote address uses of the relay, so that one client cannot shut it to everybody else. The caps are far above
 * what a school behind one address needs. An address is forgotten as soon as it has left and its joins are paid off.
 */
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { TokenBucket, type RelayLimits } from './limits.ts';

/** Leading groups of an IPv6 address that name a network; whoever has one picks the rest at will. */
const IPV6_NETWORK_GROUPS = 4;

/**
 * Who a request is counted under: an IPv4 address, or the /64 network of an IPv6 one.
 * @param proxyHeader  lowercase name of the header in which the server in front names its client; only where there is such
 *   a server, for anybody else could write there what they like. Of a list, the last entry: the one that server added.
 */
export function clientAddressOf(request: IncomingMessage, proxyHeader: string | undefined): string {
  const named = proxyHeader ? request.headers[proxyHeader]?.toString().split(',').at(-1)?.trim() : undefined;
  const address = named && isIP(named) ? named : (request.socket.remoteAddress ?? '');
  // As a server that listens on both protocols sees its IPv4 clients.
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return isIPv6(plain) ? networkOf(plain) : plain;
}

function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  const network = groups.slice(0, IPV6_NETWORK_GROUPS).map((group) => parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** One address: its sockets, the rooms they are in, how often they may still join. */
export class AddressUse {
  /** Members of this address in each room. */
  private readonly rooms = new Map<string, number>();
  private readonly joins: TokenBucket;
  private readonly limits: RelayLimits;
  sockets = 0;

  constructor(limits: RelayLimits, nowMs: number) {
    this.limits = limits;
    this.joins = new TokenBucket(limits.joinsPerAddressBurst, limits.joinsPerAddressPerS, nowMs);
  }

  get isFull(): boolean {
    return this.sockets >= this.limits.socketsPerAddressMax;
  }

  /** False: this address joins too often, or is in as many rooms as one may be. */
  enter(roomId: string, nowMs: number): boolean {
    const members = this.rooms.get(roomId);
    if (members === undefined && this.rooms.size >= this.limits.roomsPerAddressMax) return false;
    if (!this.joins.take(1, nowMs)) return false;
    this.rooms.set(roomId, (members ?? 0) + 1);
    return true;
  }

  leave(roomId: string): void {
    const members = this.rooms.get(roomId) ?? 0;
    if (members > 1) this.rooms.set(roomId, members - 1);
    else this.rooms.delete(roomId);
  }

  isForgettable(nowMs: number): boolean {
    return this.sockets === 0 && this.joins.isFull(nowMs);
  }
}

export class Addresses {
  private readonly uses = new Map<string, AddressUse>();
  private readonly limits: RelayLimits;

  constructor(limits: RelayLimits) {
    this.limits = limits;
  }

  of(address: string, nowMs: number): AddressUse {
    const use = this.uses.get(address) ?? new AddressUse(this.limits, nowMs);
    this.uses.set(address, use);
    return use;
  }

  /** Now and then: leaving and coming back at once must not give an address its joins anew. */
  forgetIdle(nowMs: number): void {
    for (const [address, use] of this.uses) if (use.isForgettable(nowMs)) this.uses.delete(address);
  }
}
