/** Links of this network: what they carry, and whether one from outside belongs here. */
import { engineFor } from '../../core/consensus.ts';
import type { Result } from '../../core/result.ts';
import { reject } from '../../core/result.ts';
import { networkIdOf, type NetworkSpec } from '../../core/network-spec.ts';
import { encodeLink, LINK_RELAYS_MAX, parseLink, type Link, type LinkCode } from '../../health/share-link.ts';

type WithoutEntry<L> = L extends Link ? Omit<L, 'spec' | 'roomSecret' | 'relays'> : never;

export class NetworkEntry {
  private readonly spec: NetworkSpec;
  private readonly roomSecret: Uint8Array;
  private readonly relays: readonly string[];

  /** @param roomSecret ROOM_SECRET_BYTES; @param relays further ones than a link can carry are left out */
  constructor(spec: NetworkSpec, roomSecret: Uint8Array, relays: readonly string[]) {
    this.spec = spec;
    this.roomSecret = roomSecret;
    this.relays = relays.slice(0, LINK_RELAYS_MAX);
  }

  encode(link: WithoutEntry<Link>): string {
    return encodeLink({ ...link, spec: this.spec, roomSecret: this.roomSecret, relays: this.relays });
  }

  /** Reads a link from outside that must be one of this network; of the others, only those that can be joined are known. */
  parse(text: string): Result<Link, LinkCode | 'link-other-network'> {
    const link = parseLink(text);
    if (!link.ok) return link;
    if (networkIdOf(link.value.spec) === networkIdOf(this.spec)) return link;
    if (!engineFor(link.value.spec).ok) return reject('network-unsupported', link.value.spec.consensus.type);
    return reject('link-other-network', link.value.spec.name);
  }
}
