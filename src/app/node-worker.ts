/** The node's worker: wires the ports to the browser and runs one NodeService. Comlink carries its API to the page. */
import * as Comlink from 'comlink';
import { IndexedDbBlobStore } from '../adapters/indexeddb/blob-store.ts';
import { IndexedDbChainStore } from '../adapters/indexeddb/chain-store.ts';
import { IndexedDbPrivateStore } from '../adapters/indexeddb/private-store.ts';
import { WorkerMiner } from '../adapters/miner/worker-miner.ts';
import { OriginMeter } from '../adapters/platform/origin-meter.ts';
import { SystemClock } from '../adapters/platform/system-clock.ts';
import { WebCryptoCipher } from '../adapters/platform/webcrypto-cipher.ts';
import { WebRng } from '../adapters/platform/web-rng.ts';
import { claimProfile } from '../adapters/profile/claim-profile.ts';
import { IndexedDbVault } from '../adapters/vault/indexeddb-vault.ts';
import { WorkerVerifier } from '../adapters/verifier/worker-verifier.ts';
import { WorkerTransport } from '../adapters/webrtc/worker-bridge.ts';
import { decodeSpec, networkIdOf } from '../core/network-spec.ts';
import { assert } from '../core/result.ts';
import type { NodeApi, Outcome } from '../node/api.ts';
import { StoreFault, type Ports } from '../node/ports.ts';
import { NodeService } from '../node/service.ts';
import { fetchWorkerCode } from './worker-code.ts';

export interface NodeStart {
  /** Canonical spec bytes. */
  readonly spec: Uint8Array;
  readonly roomSecret: Uint8Array;
  readonly relays: readonly string[];
  /** The slot this tab had before a reload. */
  readonly preferredSlot: number | undefined;
  /** With how many threads it mined then; 0: it did not. */
  readonly miningThreads: number;
}

export interface NodeWorker {
  /** Once. `onRebuild`: the page must be reloaded, the stored chain was damaged and has been repaired. */
  start(order: NodeStart, transport: MessagePort, onRebuild: () => void): Promise<Outcome<{ readonly slot: number }>>;
  /** For a page that can't fetch code later. Throws CodeUnavailable. */
  fetchAll(): Promise<void>;
  /** Any method of the API, by name. */
  call(method: keyof NodeApi, ...args: readonly unknown[]): Promise<unknown>;
}

const miner = new WorkerMiner();
/** One processor is left to the page, which must answer a tap while thousands of signatures are checked. */
const verifier = new WorkerVerifier(Math.max(1, navigator.hardwareConcurrency - 1));
let service: NodeService | undefined;

async function openPorts(databaseName: string, vaultName: string, transport: MessagePort): Promise<Ports> {
  const [chain, blobs, rows, vault] = await Promise.all([
    IndexedDbChainStore.open(databaseName),
    IndexedDbBlobStore.open(databaseName),
    IndexedDbPrivateStore.open(databaseName),
    IndexedDbVault.open(vaultName),
  ]);
  return {
    clock: new SystemClock(),
    rng: new WebRng(),
    transport: new WorkerTransport(transport),
    chain,
    blobs,
    rows,
    miner,
    verifier,
    cipher: new WebCryptoCipher(),
    vault,
    meter: new OriginMeter(),
  };
}

const worker: NodeWorker = {
  async start(order, transport, onRebuild) {
    const spec = decodeSpec(order.spec);
    assert(spec.ok, 'the page decoded this spec');
    const network = networkIdOf(spec.value);
    try {
      const claim = await claimProfile({ locks: navigator.locks, network, preferredSlot: order.preferredSlot });
      // In a lab every tab is a new person; elsewhere the tabs of one browser are one person.
      const vaultName = spec.value.realm === 'lab' ? `medmesh/vault/${network}/${claim.slot}` : 'medmesh/vault';
      const ports = await openPorts(claim.databaseName, vaultName, transport);
      const threadsMax = Math.max(1, navigator.hardwareConcurrency);
      service = new NodeService(
        ports,
        { spec: spec.value, roomSecret: order.roomSecret, relays: order.relays, threadsMax },
        onRebuild,
      );
      await service.start();
      // Begins once the keys are open. A duplicated tab, whose twin has the slot, is somebody else and was not asked.
      if (claim.slot === order.preferredSlot) service.mining.set(Math.min(order.miningThreads, threadsMax));
      // The page need not wait for it: what concerns the person does.
      service.openPerson().catch((fault: unknown) => service?.reportFault(fault));
      return { ok: true, value: { slot: claim.slot } };
    } catch (fault) {
      if (!(fault instanceof StoreFault)) throw fault;
      const code = fault.code === 'quota-exceeded' ? 'storage-full' : 'storage-failed';
      return { ok: false, problem: { code, detail: `${fault.code}: ${fault.message}` } };
    }
  },

  async fetchAll() {
    await Promise.all([verifier.hireAll(), miner.hold(navigator.hardwareConcurrency), fetchWorkerCode()]);
  },

  async call(method, ...args) {
    assert(service, 'the page calls after start');
    return (service.api[method] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
  },
};

Comlink.expose(worker);
