/** Block 0 of a network. */
import { HEADER_VERSION, type Header } from './header.ts';
import { BlockHash, NetworkId } from './ids.ts';
import { emptyAccumulator, stateRootOf } from './lthash.ts';
import { merkleRoot } from './merkle.ts';
import { networkIdOf, type NetworkSpec } from './network-spec.ts';

/** Commits to the spec in the place of a parent, holds nothing, and needs no work. */
export function genesisHeader(spec: NetworkSpec): Header {
  return {
    version: HEADER_VERSION,
    extraNonce: 0,
    prevHash: BlockHash.of(NetworkId.toBytes(networkIdOf(spec))),
    bodyRoot: merkleRoot([]),
    stateRoot: stateRootOf(emptyAccumulator()),
    timeS: spec.genesisTimeS,
    bits: spec.powLimitBits,
    nonce: 0,
  };
}
