/** What a person had recorded, when the chain that held it is gone, or was only damaged. */
import { expect, it } from 'vitest';
import { MemoryChainStore } from '../../../../src/adapters/memory/memory-chain-store.ts';
import { parseAddress } from '../../../../src/core/account.ts';
import { SlotId } from '../../../../src/core/ids.ts';
import { accountKey } from '../../../../src/ledger/state-keys.ts';
import { SETTLED_DEPTH } from '../../../../src/node/params.ts';
import { readConfirmed } from '../../../../src/node/person/slots.ts';
import { fhirFile, openRoom, until, value, type TestRoom, type TestTab } from './harness.ts';

const anchors = ({ model }: TestTab) => [...model.records, ...model.grants].map(({ anchor }) => anchor);
const isAll = (tab: TestTab, state: string) =>
  anchors(tab).length > 0 && anchors(tab).every((anchor) => anchor === state);

/** And walked: what a block settles is let go of when the person's side has seen it. */
async function mineDeep(tab: TestTab): Promise<void> {
  for (let block = 0; block <= SETTLED_DEPTH; block++) await tab.mineBlock();
  const { height } = tab.service.chain.tip;
  await until('walked', () => tab.model.wallet.history[0]?.height === height);
}

/** A person with a public profile, and a record of two versions shared by a link, all of it deep in the chain. */
async function openSettled(room: TestRoom): Promise<{ ada: TestTab; recordId: string }> {
  const ada = await room.open('ada');
  const { recordId } = value(await ada.api.importRecord(fhirFile('Asthma'), 'a.json'));
  const expiresAtS = Math.floor(room.clock.nowMs() / 1000) + 86_400;
  const to = { kind: 'link' as const, label: '' };
  value(await ada.api.share({ recordId, to, purpose: 'TREAT', expiresAtS }));
  value(await ada.api.replaceRecord(recordId, fhirFile('Asthma, mild'), 'b.json'));
  value(await ada.api.publishProfile({ name: 'Clinic', role: 'clinic' }));
  await mineDeep(ada);
  await until('recorded', () => isAll(ada, 'recorded') && ada.model.profile.state === 'recorded');
  return { ada, recordId };
}

async function restartWithoutChain(tab: TestTab): Promise<void> {
  await tab.stop();
  tab.disk.forgetChain();
  await tab.start();
}

const confirmedVersion = async ({ service }: TestTab, recordId: string) =>
  (await readConfirmed(service.core, SlotId.parse(recordId)!))?.version;

it('what a chain no longer has reads so, is sent again by itself, and is recorded again', async () => {
  const { ada, recordId } = await openSettled(openRoom());
  await restartWithoutChain(ada);
  await until('sent again', () => isAll(ada, 'sent') && ada.model.profile.state === 'sent');
  expect([ada.service.chain.tip.height, await confirmedVersion(ada, recordId)]).toEqual([0, undefined]);
  // Two versions of the record, two of the capsule, the profile.
  await until('all of it', () => ada.service.mempool.count === 5);
  await mineDeep(ada);
  await until('recorded', () => isAll(ada, 'recorded') && ada.model.profile.state === 'recorded');
  expect(await confirmedVersion(ada, recordId)).toBe(2);
  await restartWithoutChain(ada);
  await until('and once more', () => ada.service.mempool.count === 5);
});

it('what was erased is not told to a chain that forgot it', async () => {
  const { ada, recordId } = await openSettled(openRoom());
  const kept = value(await ada.api.importRecord(fhirFile('Gout'), 'c.json'));
  value(await ada.api.eraseRecord(recordId));
  await mineDeep(ada);
  await until('recorded', () => isAll(ada, 'recorded'));
  await restartWithoutChain(ada);
  await until('sent again', () =>
    ada.model.records.some(({ id, anchor }) => id === kept.recordId && anchor === 'sent'),
  );
  await ada.mineBlock();
  await until('walked', () => ada.model.records.every(({ anchor }) => anchor === 'recorded'));
  expect([await confirmedVersion(ada, kept.recordId), await confirmedVersion(ada, recordId)]).toEqual([1, undefined]);
});

it('what others still have is found there again, and nothing is left to send', async () => {
  const room = openRoom();
  const { ada, recordId } = await openSettled(room);
  const bob = await room.open('bob');
  await until('bob has it', () => bob.service.chain.tip.hash === ada.service.chain.tip.hash);
  await restartWithoutChain(ada);
  await until('fetched again', () => ada.service.chain.tip.hash === bob.service.chain.tip.hash);
  await until('recorded', () => isAll(ada, 'recorded') && ada.model.profile.state === 'recorded');
  await until('nothing waits', () => ada.service.mempool.count + bob.service.mempool.count === 0);
  expect(await confirmedVersion(ada, recordId)).toBe(2);
});

it('what is connected anew from the stored blocks was recorded all the time', async () => {
  const { ada, recordId } = await openSettled(openRoom());
  const { hash } = ada.service.chain.tip;
  await ada.stop();
  await new MemoryChainStore(ada.disk).dropChainstate();
  await ada.start();
  expect([ada.service.chain.tip.hash, await confirmedVersion(ada, recordId)]).toEqual([hash, 2]);
  expect([isAll(ada, 'recorded'), ada.service.mempool.count]).toEqual([true, 0]);
});

it('an account whose row is damaged is built anew from the stored blocks', async () => {
  const { ada } = await openSettled(openRoom());
  const { wallet } = ada.model;
  const { hash } = ada.service.chain.tip;
  await ada.stop();
  const account = parseAddress(wallet.address);
  if (!account.ok) throw new Error(account.code);
  ada.disk.damage(`state ${accountKey(account.value)}`);
  await ada.start();
  await until('repaired', () => ada.service.log.rows.some(({ event }) => event.type === 'chain-repaired'));
  await ada.restart();
  expect([ada.service.phase, ada.service.chain.tip.hash]).toEqual(['running', hash]);
  await until('walked', () => ada.model.wallet.spendable === wallet.spendable);
});
