/**
 * Grants of own records: each is a capsule in a slot of its own, sealed to whoever holds a link or to an organisation.
 * A new version of the record makes a new version of each running capsule, and so does a revocation.
 */
import { fromHex, toHex } from '../../core/bytes.ts';
import type { SlotId } from '../../core/ids.ts';
import { isPublicKey } from '../../core/ecdsa.ts';
import { assert } from '../../core/result.ts';
import { bearerSeedOf, deriveBearer } from '../../health/bearer.ts';
import { granteeIdOf, makeCapsule } from '../../health/capsule.ts';
import { NAME_BYTES_MAX, TITLE_BYTES_MAX } from '../../health/consent.ts';
import { deriveEncryptionKeyPair, WRAP_ENTROPY_BYTES } from '../../health/hpke.ts';
import { KEY_BYTES } from '../../health/key-derivation.ts';
import { sealCapsule } from '../../health/sealed-capsule.ts';
import { REQUEST_ID_BYTES } from '../../health/share-link.ts';
import { clipText, isTextField } from '../../health/text-fields.ts';
import { isTimeS } from '../../health/time-s.ts';
import type { GivenVersion, GrantRow, Outcome, ShareOrder } from '../api.ts';
import { GRANT_LABEL_MAX } from '../params.ts';
import { chainTimeS, latestTimeS, nowS, type PersonContext } from './context.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import type { NetworkEntry } from './network-entry.ts';
import { findOrganisationByAddress } from './organisations.ts';
import type { Outbox } from './outbox.ts';
import type { OwnSlots } from './own-slots.ts';
import { DONE, done, fail } from './problem.ts';
import type { GrantData, RecordData } from './row-types.ts';
import type { PreparedVersion, SlotSealer } from './slot-sealer.ts';

interface GrantParts {
  readonly outbox: Outbox;
  readonly ownSlots: OwnSlots;
  readonly sealer: SlotSealer;
  readonly entry: NetworkEntry;
  /** By record. */
  readonly locks: KeyedQueue;
}

/** A grant as far as it is known before its capsule is sealed. */
type GrantTerms = Omit<GrantData, 'slotId' | 'blobId'> & { readonly slotId: SlotId | undefined };

export class Grants {
  private readonly context: PersonContext;
  private readonly parts: GrantParts;
  /** Deriving a link's seed takes a while, and it never changes. */
  private readonly links = new Map<SlotId, string>();

  constructor(context: PersonContext, parts: GrantParts) {
    this.context = context;
    this.parts = parts;
  }

  rows(): GrantRow[] {
    return this.context.rows
      .all('grant')
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .map((grant) => this.rowOf(grant));
  }

  /** Whether it still lets somebody read: not revoked, not over, and its record not erased. */
  isRunning(grant: GrantData): boolean {
    return this.stateOf(grant) === 'active';
  }

  /** Other nodes that hold all it takes to read by this grant: a record alone is of no use without its consent. */
  keepersOf(grant: GrantData): number {
    const record = this.context.rows.get('record', grant.recordId);
    if (!record || !this.isRunning(grant) || grant.last.version < record.version) return 0;
    return this.context.core.blobs.holderCount(grant.blobId, record.blobId);
  }

  isOwn(slotId: SlotId): boolean {
    return this.context.rows.get('grant', slotId) !== undefined;
  }

  share(order: ShareOrder): Promise<Outcome<{ readonly grantId: string; readonly link?: string }>> {
    return this.parts.locks.run(order.recordId, async () => {
      const record = this.context.rows.get('record', order.recordId);
      if (!record) return fail('record-unknown');
      if (record.erased) return fail('record-erased');
      if (!isTimeS(order.expiresAtS) || order.expiresAtS <= latestTimeS(this.context.core)) {
        return fail('expiry-in-past');
      }
      const to = await this.resolveGrantee(order.to);
      if (!('kind' in to)) return to;
      const { index } = await this.parts.ownSlots.allocate();
      const terms: GrantTerms = {
        slotId: undefined,
        slotIndex: index,
        version: 1,
        recordId: record.slotId,
        to,
        purpose: order.purpose,
        createdAtMs: this.context.core.ports.clock.nowMs(),
        expiresAtS: order.expiresAtS,
        revoked: false,
        first: givenVersion(record),
        last: givenVersion(record),
      };
      const prepared = await this.prepareCapsule(terms, record);
      // Whoever published such keys cannot be reached by anybody.
      if (!prepared) return fail('organisation-unknown', 'keys that nothing can be sealed to');
      const grant = await this.publish(terms, prepared);
      return done(to.kind === 'link' ? { grantId: grant.slotId, link: this.linkOf(grant) } : { grantId: grant.slotId });
    });
  }

  async revoke(grantId: string): Promise<Outcome> {
    const known = this.context.rows.get('grant', grantId);
    if (!known) return fail('grant-unknown');
    return this.parts.locks.run(known.recordId, async () => {
      const grant = this.context.rows.get('grant', grantId);
      const record = grant && this.context.rows.get('record', grant.recordId);
      if (!grant || !record) return fail('grant-unknown');
      if (grant.revoked) return DONE;
      await this.update({ ...grant, revoked: true }, record);
      return DONE;
    });
  }

  /** Gives the key to a record's newest version to all with a running grant. Inside the record's lock. */
  async renew(recordId: SlotId): Promise<void> {
    const record = this.context.rows.get('record', recordId);
    if (!record || record.erased) return;
    const behind = this.context.rows
      .all('grant')
      .filter((grant) => grant.recordId === recordId && grant.last.version < record.version && this.isRunning(grant));
    for (const grant of behind) await this.update(grant, record);
  }

  /** Finishes what a closed tab left undone: capsules that lack the key to a newer version. */
  async catchUp(): Promise<void> {
    for (const { slotId } of this.context.rows.all('record')) {
      await this.parts.locks.run(slotId, () => this.renew(slotId));
    }
  }

  private async update(grant: GrantData, record: RecordData): Promise<void> {
    // A revocation gives nothing: what they have stays what they were last given.
    const last = grant.revoked ? grant.last : givenVersion(record);
    const terms: GrantTerms = { ...grant, version: grant.version + 1, last };
    const prepared = await this.prepareCapsule(terms, record);
    assert(prepared, 'keys that a capsule was sealed to before');
    await this.publish(terms, prepared);
    await this.parts.sealer.dropQuietly(grant.blobId);
  }

  private async publish(terms: GrantTerms, prepared: PreparedVersion): Promise<GrantData> {
    const { slotId, blobId } = prepared;
    const grant: GrantData = { ...terms, slotId, blobId };
    await this.parts.sealer.publish(prepared, (batch) => batch.put('grant', slotId, grant));
    return grant;
  }

  /** Undefined when the grantee's keys are no keys. */
  private async prepareCapsule(terms: GrantTerms, record: RecordData): Promise<PreparedVersion | undefined> {
    const { core, identity, rows } = this.context;
    const { ownerPublic, wrapSecret } = identity.ownSlot(terms.slotIndex);
    const { encryptionKey, scanKey } = await this.granteeKeys(terms, wrapSecret);
    const granteeId = granteeIdOf(encryptionKey);
    const grantor = identity.grantorFor(granteeId);
    const recordKeys = identity.ownSlot(record.slotIndex);
    const place = { ownerKey: ownerPublic, version: terms.version };
    const organisation = terms.to.kind === 'organisation' ? terms.to : undefined;
    const contentKey = fromHex(record.contentKey);
    assert(contentKey, 'content key of a record');
    const capsule = makeCapsule(
      {
        consent: {
          status: terms.revoked ? 'inactive' : 'active',
          patientName: clipText(record.patients[0]?.name ?? '', NAME_BYTES_MAX),
          madeAtS: nowS(core),
          expiresAtS: terms.expiresAtS,
          purpose: terms.purpose,
          record: { slotId: record.slotId, title: clipText(terms.last.title, TITLE_BYTES_MAX) },
          grantor: { publicKey: grantor.publicKey, name: rows.own('settings')?.personName ?? '' },
          // A link's label is the person's own note and goes nowhere.
          grantee: { id: granteeId, name: clipText(organisation?.name ?? '', NAME_BYTES_MAX) },
        },
        recordOwnerKey: recordKeys.ownerPublic,
        current: terms.revoked ? undefined : { version: record.version, blobId: record.blobId, contentKey },
        requestId: organisation?.requestId === undefined ? undefined : fromHex(organisation.requestId),
      },
      place,
      grantor.secret,
    );
    const sealing = {
      place,
      contentKey: core.ports.rng.bytes(KEY_BYTES),
      wrapSecret,
      granteeKey: encryptionKey,
      entropy: core.ports.rng.bytes(WRAP_ENTROPY_BYTES),
    };
    const sealed = await sealCapsule(capsule, sealing, core.ports.cipher);
    if (!sealed.ok) return undefined;
    const slot = { index: terms.slotIndex, slotId: terms.slotId, version: terms.version };
    return this.parts.sealer.prepare(slot, sealed.value, scanKey);
  }

  private async granteeKeys(terms: GrantTerms, wrapSecret: Uint8Array) {
    if (terms.to.kind === 'organisation') {
      const encryptionKey = fromHex(terms.to.encryptionKey);
      const scanKey = fromHex(terms.to.scanKey);
      assert(encryptionKey && scanKey, 'keys of a grantee');
      return { encryptionKey, scanKey };
    }
    const bearer = deriveBearer(bearerSeedOf(wrapSecret));
    const pair = await deriveEncryptionKeyPair(bearer.encryptionSeed);
    return { encryptionKey: pair.publicKey, scanKey: bearer.scanPublic };
  }

  private async resolveGrantee(to: ShareOrder['to']): Promise<GrantData['to'] | Extract<Outcome, { ok: false }>> {
    if (to.kind === 'link') {
      const name = to.label.trim();
      return isTextField(name, 4 * GRANT_LABEL_MAX) && Array.from(name).length <= GRANT_LABEL_MAX
        ? { kind: 'link', name }
        : fail('text-invalid', 'label');
    }
    const found = await findOrganisationByAddress(this.context.core, to.account);
    if (!found || !isPublicKey(found.scanKey)) return fail('organisation-unknown');
    const keys = { encryptionKey: toHex(found.encryptionKey), scanKey: toHex(found.scanKey) };
    const organisation = { kind: 'organisation' as const, name: found.name, ...keys };
    if (to.requestId === undefined) return organisation;
    if (fromHex(to.requestId)?.length !== REQUEST_ID_BYTES) return fail('text-invalid', 'request id');
    return { ...organisation, requestId: to.requestId };
  }

  private rowOf(grant: GrantData): GrantRow {
    const state = this.stateOf(grant);
    const row: GrantRow = {
      id: grant.slotId,
      recordId: grant.recordId,
      first: grant.first,
      last: grant.last,
      to: { kind: grant.to.kind, name: grant.to.name },
      purpose: grant.purpose,
      createdAtMs: grant.createdAtMs,
      expiresAtS: grant.expiresAtS,
      state,
      anchor: this.parts.outbox.anchorOf(grant.slotId, grant.version),
      keepers: this.keepersOf(grant),
    };
    return grant.to.kind === 'link' && state === 'active' ? { ...row, link: this.linkOf(grant) } : row;
  }

  private stateOf(grant: GrantData): GrantRow['state'] {
    const record = this.context.rows.get('record', grant.recordId);
    if (grant.revoked || !record || record.erased) return 'revoked';
    return grant.expiresAtS <= chainTimeS(this.context.core) ? 'expired' : 'active';
  }

  private linkOf(grant: GrantData): string {
    const known = this.links.get(grant.slotId);
    if (known !== undefined) return known;
    const { wrapSecret } = this.context.identity.ownSlot(grant.slotIndex);
    const { slotId, expiresAtS: untilS } = grant;
    const link = this.parts.entry.encode({ kind: 'share', slotId, seed: bearerSeedOf(wrapSecret), untilS });
    this.links.set(grant.slotId, link);
    return link;
  }
}

function givenVersion({ title, version }: RecordData): GivenVersion {
  return { title, version };
}
