/**
 * A grant as a FHIR R4 Consent: who lets whom read which record, for what, until when. Its JSON has one form only: built
 * from the terms below, and accepted when building it again from what was read gives the same bytes. So it can be signed
 * as bytes, exported as FHIR, and two readers cannot understand it differently.
 * @source HL7 FHIR R4 Consent, with a policyRule (ppc-1) and a patient (ppc-2)
 */
import { fromHex, toHex } from '../core/bytes.ts';
import { SlotId } from '../core/ids.ts';
import { accept, assert, reject, type Result } from '../core/result.ts';
import { decodeUtf8, encodeUtf8 } from '../core/text.ts';
import { PURPOSES, type Purpose } from './purpose.ts';
import { isTextField } from './text-fields.ts';
import { isTimeS } from './time-s.ts';

/** Names of people and organisations, UTF-8. */
export const NAME_BYTES_MAX = 120;
/** Title of a record, UTF-8. */
export const TITLE_BYTES_MAX = 200;
/** The JSON at its longest: every character of every text escaped. */
export const CONSENT_BYTES_MAX = 3200;

export interface ConsentTerms {
  /** `inactive`: revoked. */
  readonly status: 'active' | 'inactive';
  readonly patientName: string;
  /** When the grantor said so by their own clock, Unix seconds. */
  readonly madeAtS: number;
  /** From this second on the grant is over, Unix seconds, by block time. */
  readonly expiresAtS: number;
  readonly purpose: Purpose;
  readonly record: { readonly slotId: SlotId; readonly title: string };
  /** Who signs: a key of 33 bytes, and the name they give themselves. */
  readonly grantor: { readonly publicKey: Uint8Array; readonly name: string };
  /** Who may read: 32 bytes that stand for their encryption key (capsule.ts), and the name the grantor knows them by. */
  readonly grantee: { readonly id: Uint8Array; readonly name: string };
}

export type ConsentCode = 'consent-malformed' | 'consent-not-canonical';

const SYSTEM = {
  scope: 'http://terminology.hl7.org/CodeSystem/consentscope',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  actReason: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  participation: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  loinc: 'http://loinc.org',
  grantor: 'urn:x-medmesh:public-key',
  grantee: 'urn:x-medmesh:encryption-key-hash',
  slot: 'urn:x-medmesh:slot',
} as const;

/** The terms as a FHIR resource, for export and for signing. */
export function buildConsent(terms: ConsentTerms) {
  const { status, patientName, madeAtS, expiresAtS, purpose, record, grantor, grantee } = terms;
  const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
  const reference = (system: string, value: string, display: string) => ({ identifier: { system, value }, display });
  return {
    resourceType: 'Consent',
    status,
    scope: concept(SYSTEM.scope, 'patient-privacy'),
    category: [concept(SYSTEM.loinc, '59284-0')],
    patient: { display: patientName },
    dateTime: formatInstant(madeAtS),
    performer: [reference(SYSTEM.grantor, toHex(grantor.publicKey), grantor.name)],
    policyRule: concept(SYSTEM.actCode, 'OPTIN'),
    provision: {
      type: 'permit',
      period: { end: formatInstant(expiresAtS) },
      actor: [
        {
          role: concept(SYSTEM.participation, 'IRCP'),
          reference: reference(SYSTEM.grantee, toHex(grantee.id), grantee.name),
        },
      ],
      purpose: [{ system: SYSTEM.actReason, code: purpose }],
      data: [{ meaning: 'instance', reference: reference(SYSTEM.slot, record.slotId, record.title) }],
    },
  };
}

/** The caller has made the terms fit: names and titles through `clipText`, times in range. */
export function encodeConsent(terms: ConsentTerms): Uint8Array {
  assert(areTerms(terms), 'consent terms');
  return encodeUtf8(JSON.stringify(buildConsent(terms)));
}

export function decodeConsent(bytes: Uint8Array): Result<ConsentTerms, ConsentCode> {
  if (bytes.length > CONSENT_BYTES_MAX) return reject('consent-malformed', `${bytes.length} bytes`);
  const text = decodeUtf8(bytes);
  const consent = text === undefined ? undefined : parseJson(text);
  if (consent === undefined) return reject('consent-malformed', 'not JSON');
  const terms = readTerms(consent);
  if (!terms || !areTerms(terms)) return reject('consent-malformed');
  return JSON.stringify(buildConsent(terms)) === text ? accept(terms) : reject('consent-not-canonical');
}

/** Takes the variable parts from their places; the fixed ones are compared when the whole is built again. */
function readTerms(consent: unknown): ConsentTerms | undefined {
  const text = (...path: (string | number)[]) => textAt(consent, path);
  const status = text('status');
  const purpose = PURPOSES.find((code) => code === text('provision', 'purpose', 0, 'code'));
  const slotId = SlotId.parse(text('provision', 'data', 0, 'reference', 'identifier', 'value'));
  const publicKey = fromHex(text('performer', 0, 'identifier', 'value'));
  const granteeId = fromHex(text('provision', 'actor', 0, 'reference', 'identifier', 'value'));
  if ((status !== 'active' && status !== 'inactive') || !purpose || !slotId || !publicKey || !granteeId)
    return undefined;
  return {
    status,
    patientName: text('patient', 'display'),
    madeAtS: Date.parse(text('dateTime')) / 1000,
    expiresAtS: Date.parse(text('provision', 'period', 'end')) / 1000,
    purpose,
    record: { slotId, title: text('provision', 'data', 0, 'reference', 'display') },
    grantor: { publicKey, name: text('performer', 0, 'display') },
    grantee: { id: granteeId, name: text('provision', 'actor', 0, 'reference', 'display') },
  };
}

function areTerms(terms: ConsentTerms): boolean {
  return (
    isTextField(terms.patientName, NAME_BYTES_MAX) &&
    isTextField(terms.grantor.name, NAME_BYTES_MAX) &&
    isTextField(terms.grantee.name, NAME_BYTES_MAX) &&
    isTextField(terms.record.title, TITLE_BYTES_MAX) &&
    isTimeS(terms.madeAtS) &&
    isTimeS(terms.expiresAtS) &&
    terms.grantor.publicKey.length === 33 &&
    terms.grantee.id.length === 32
  );
}

/** `2026-03-01T17:00:00Z` */
function formatInstant(timeS: number): string {
  return new Date(timeS * 1000).toISOString().replace('.000Z', 'Z');
}

/** Empty where there is no text: no field of ours is then accepted. */
function textAt(value: unknown, path: readonly (string | number)[]): string {
  let here = value;
  for (const step of path) {
    here = typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[step] : undefined;
  }
  return typeof here === 'string' ? here : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
