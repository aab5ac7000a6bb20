/** Own records: bad files, full and failing disks, crashes half way, and damage. */
import { describe, expect, it } from 'vitest';
import { faultAtPoint, noFaults, type FaultPoint } from '../../../../src/adapters/memory/memory-disk.ts';
import { reject } from '../../../../src/core/result.ts';
import { fhirFile, openRoom, until, value, type TestTab } from './harness.ts';

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

describe('importing a record', () => {
  it('keeps the file as it was, and reads it', async () => {
    const tab = await openRoom().open('ada');
    const file = fhirFile('Asthma');
    const { recordId } = value(await tab.api.importRecord(file, 'my record.json'));
    const exported = value(await tab.api.exportRecord(recordId));
    expect(exported).toEqual({ name: 'my record.json', bytes: await bytesOf(file) });
    const opened = value(await tab.api.openRecord(recordId));
    expect(opened).toMatchObject({ id: recordId, version: 1, summary: { entryCount: 2 } });
    expect(tab.model.records).toMatchObject([{ id: recordId, bytes: file.size, version: 1, anchor: 'sent' }]);
    expect(tab.model.tasks).toEqual([]);
  });

  it.each([
    ['file-empty', ''],
    ['file-not-json', '{"resourceType": "Patient"'],
    ['file-not-fhir', '{"a": 1}'],
    ['file-no-entries', '{"resourceType": "Bundle", "type": "searchset", "entry": []}'],
    ['file-no-entries', '{"resourceType": "OperationOutcome", "issue": []}'],
  ])('refuses %s and keeps nothing', async (code, text) => {
    const tab = await openRoom().open('ada');
    expect(await tab.api.importRecord(new Blob([text]), 'a.json')).toMatchObject({ problem: { code } });
    expect(tab.model.records).toEqual([]);
    expect(tab.disk.blobs.size).toBe(0);
    expect(tab.model.tasks).toMatchObject([{ step: 'failed', problem: { code } }]);
    value(await tab.api.cancelTask(tab.model.tasks[0]!.id));
    expect(tab.model.tasks).toEqual([]);
  });

  it('stops when the person says so, and nothing half-done stays', async () => {
    const tab = await openRoom().open('ada');
    const importing = tab.api.importRecord(fhirFile('Asthma'), 'a.json');
    value(await tab.api.cancelTask(tab.model.tasks[0]!.id));
    expect(await importing).toMatchObject({ problem: { code: 'cancelled' } });
    expect([tab.model.records, tab.model.tasks, tab.disk.blobs.size]).toEqual([[], [], 0]);
  });

  it('says that the disk is full, and keeps nothing', async () => {
    const tab = await openRoom().open('ada');
    const isImport = ({ store, call, step }: FaultPoint) =>
      store === 'blobs' && call === 'putChunk' && step === 'write';
    tab.disk.faults = faultAtPoint(0, 'quota-exceeded', isImport);
    expect(await tab.api.importRecord(fhirFile('Asthma'), 'a.json')).toMatchObject({
      problem: { code: 'storage-full' },
    });
    expect(tab.model.records).toEqual([]);
    expect(tab.disk.blobs.size).toBe(0);
    value(await tab.api.importRecord(fhirFile('Asthma'), 'a.json'));
  });

  it('is all there or not at all, wherever the tab dies', async () => {
    let survived = 0;
    for (let index = 0, died = true; died; index++) {
      const tab = await openRoom().open('ada');
      const isOurs = ({ store, step }: FaultPoint) => (store === 'blobs' || store === 'rows') && step !== 'begin';
      tab.disk.faults = faultAtPoint(index, 'crash', isOurs);
      died = !(await tab.api.importRecord(fhirFile('Asthma'), 'a.json')).ok;
      tab.disk.faults = noFaults;
      await tab.restart();
      const { records } = tab.model;
      expect(tab.disk.blobs.size).toBe(records.length);
      for (const { id } of records) value(await tab.api.openRecord(id));
      if (died) survived += records.length;
      await tab.stop();
    }
    // Once stored, a record outlives the tab that did not live to say so.
    expect(survived).toBeGreaterThan(0);
  });

  it('is stamped anew when the mempool has become dearer', async () => {
    const tab = await openRoom().open('ada');
    const { mempool } = tab.service;
    const admit = mempool.admit.bind(mempool);
    mempool.admit = () => {
      mempool.admit = admit;
      mempool.floors = () => ({ feePerByte: 10, stampBits: 10 });
      return reject('stamp-too-low');
    };
    value(await tab.api.importRecord(fhirFile('Asthma'), 'a.json'));
    expect(tab.model.records[0]?.anchor).toBe('sent');
    expect(mempool.ordered()[0]?.stampBits).toBeGreaterThanOrEqual(10);
    await tab.mineBlock();
    await until('recorded', () => tab.model.records[0]?.anchor === 'recorded');
  });
});

describe('a damaged record', () => {
  async function damageFirstChunk(tab: TestTab): Promise<void> {
    const [blobId] = [...tab.disk.blobs.keys()];
    tab.disk.damage(`chunk ${blobId} 0`);
  }

  it('is named, and kept while nobody else has it', async () => {
    const tab = await openRoom().open('ada');
    const { recordId } = value(await tab.api.importRecord(fhirFile('Asthma'), 'a.json'));
    await tab.restart();
    await damageFirstChunk(tab);
    expect(await tab.api.openRecord(recordId)).toMatchObject({ problem: { code: 'record-damaged' } });
    expect(tab.disk.blobs.size).toBe(1);
    expect(tab.model.log.some(({ event }) => event.type === 'storage-fault' && event.detail.includes('chunk'))).toBe(
      true,
    );
  });

  it('is fetched again from whoever holds it', async () => {
    const room = openRoom();
    const [ada, clinic] = [await room.open('ada'), await room.open('clinic')];
    await until('they meet', () => ada.model.peers.peers.length === 1);
    const { recordId } = value(await ada.api.importRecord(fhirFile('Asthma'), 'a.json'));
    const expiresAtS = Math.floor(room.clock.nowMs() / 1000) + 3600;
    const to = { kind: 'link' as const, label: '' };
    const { link } = value(await ada.api.share({ recordId, to, purpose: 'TREAT', expiresAtS }));
    const { inboxId } = value(await clinic.api.acceptShare(link!));
    await until('ready', () => clinic.model.inbox[0]?.state === 'ready');
    await until('held', () => ada.model.records[0]?.keepers === 1);

    await ada.restart();
    await until('held', () => ada.model.records[0]?.keepers === 1);
    await damageFirstChunk(ada);
    expect(await ada.api.openRecord(recordId)).toMatchObject({ problem: { code: 'record-damaged' } });
    await until('mended', () => ada.model.log.some(({ event }) => event.type === 'record-mended'));
    value(await ada.api.openRecord(recordId));

    await clinic.restart();
    const [blobId] = [...ada.disk.blobs.keys()].slice(-1);
    clinic.disk.damage(`chunk ${blobId} 0`);
    expect(await clinic.api.openRecord(inboxId)).toMatchObject({ problem: { code: 'record-damaged' } });
    await until('mended', () => !clinic.disk.isDamaged(`chunk ${blobId} 0`));
    await until('ready', () => clinic.model.inbox[0]?.state === 'ready');
    value(await clinic.api.openRecord(inboxId));
  });
});
