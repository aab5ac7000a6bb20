/** The API of a running node: what it has itself, and what its person answers. */
import { BlockHash } from '../core/ids.ts';
import type { NodeApi, Outcome, ProblemCode } from './api.ts';
import { blockDetail, sameKey } from './chain-views.ts';
import { StoreFault } from './ports.ts';
import type { NodeState } from './node-state.ts';

const DONE: Outcome = { ok: true, value: null };

function problem(
  code: ProblemCode,
  detail?: string,
): { readonly ok: false; readonly problem: { code: ProblemCode; detail?: string } } {
  return { ok: false, problem: detail === undefined ? { code } : { code, detail } };
}

export function nodeApi(node: NodeState): NodeApi {
  const { person } = node;
  return {
    subscribe: async (listener) => node.publisher.subscribe(listener),
    unsubscribe: async (subscription) => node.publisher.unsubscribe(subscription),

    async setMining(on, threads) {
      if (node.phase !== 'running') return problem(node.phase === 'halted' ? 'node-halted' : 'node-starting');
      if (!(await person.isOpen())) return problem('vault-locked');
      node.mining.set(on ? Math.min(Math.max(1, Math.floor(threads)), node.options.threadsMax) : 0);
      return DONE;
    },

    async getBlock(id) {
      const hash = typeof id === 'string' ? BlockHash.parse(id) : undefined;
      const block = typeof id === 'number' ? node.chain.at(id) : hash && node.index.get(hash);
      if (!block || !node.chain.isOnMain(block)) return problem('block-unknown');
      try {
        const loaded = await node.chain.loadBlock(block);
        return { ok: true, value: blockDetail(loaded, node.core.genesisHash, sameKey(person.minerPublicKey())) };
      } catch (fault) {
        node.reportFault(fault);
        return problem('record-damaged', fault instanceof StoreFault ? fault.row : undefined);
      }
    },

    inviteLink: () => person.inviteLink(),
    setPersonName: (name) => person.setPersonName(name),
    transfer: (order) => person.transfer(order),
    importRecord: (file, name) => person.importRecord(file, name),
    previewReplacement: (recordId, file, name) => person.previewReplacement(recordId, file, name),
    replaceRecord: (recordId, file, name, options) => person.replaceRecord(recordId, file, name, options),
    eraseRecord: (recordId) => person.eraseRecord(recordId),
    openRecord: (id) => person.openRecord(id),
    listSection: (id, section, from, count) => person.listSection(id, section, from, count),
    exportRecord: (id) => person.exportRecord(id),
    cancelTask: (taskId) => person.cancelTask(taskId),
    describeLink: (link) => person.describeLink(link),
    share: (order) => person.share(order),
    revoke: (grantId) => person.revoke(grantId),
    acceptShare: (link) => person.acceptShare(link),
    removeFromInbox: (inboxId) => person.removeFromInbox(inboxId),
    publishProfile: (profile) => person.publishProfile(profile),
    createRequest: (request) => person.createRequest(request),
    closeRequest: (requestId) => person.closeRequest(requestId),
    unlock: (passphrase) => person.unlock(passphrase),
    setPassphrase: (current, next) => person.setPassphrase(current, next),
    recoveryPhrase: (passphrase) => person.recoveryPhrase(passphrase),
  };
}
