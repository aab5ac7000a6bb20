/** Words for coded things: CodeableConcept, Coding, Reference. */
import { asArray, at, stringAt } from './json-reader.ts';
import { CODE_CHARS_MAX, JOINED_MAX, TITLE_CHARS_MAX } from './limits.ts';
import { joinTexts, plainText } from './plain-text.ts';

/** Names of code systems as clinicians know them, the most telling first. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['http://loinc.org', 'LOINC'],
  ['http://snomed.info/sct', 'SNOMED CT'],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', 'RxNorm'],
  ['http://www.whocc.no/atc', 'ATC'],
  ['http://hl7.org/fhir/sid/cvx', 'CVX'],
  ['http://hl7.org/fhir/sid/icd-11', 'ICD-11'],
  ['http://id.who.int/icd/release/11/mms', 'ICD-11'],
  ['http://hl7.org/fhir/sid/icd-10', 'ICD-10'],
  ['http://hl7.org/fhir/sid/icd-10-cm', 'ICD-10-CM'],
  ['http://fhir.de/CodeSystem/bfarm/icd-10-gm', 'ICD-10-GM'],
  ['http://hl7.org/fhir/sid/icd-9-cm', 'ICD-9-CM'],
  ['http://www.cms.gov/Medicare/Coding/ICD10', 'ICD-10-PCS'],
  ['http://www.ama-assn.org/go/cpt', 'CPT'],
  ['http://hl7.org/fhir/sid/ndc', 'NDC'],
  ['http://dicom.nema.org/resources/ontology/DCM', 'DCM'],
]);

/** What people call a CodeableConcept or a Coding: its text, else a display, else the bare code. */
export function conceptText(concept: unknown, charsMax = TITLE_CHARS_MAX): string | undefined {
  if (typeof concept === 'string') return plainText(concept, charsMax);
  const codings = codingsOf(concept);
  return (
    plainText(at(concept, 'text'), charsMax) ??
    firstText(codings, 'display', charsMax) ??
    firstText(codings, 'code', charsMax)
  );
}

/** The texts of a list of concepts, each once. */
export function conceptTexts(concepts: unknown, charsMax: number): string | undefined {
  const texts = asArray(concepts)
    .slice(0, JOINED_MAX + 1)
    .map((concept) => conceptText(concept));
  return joinTexts(texts, ', ', charsMax);
}

/** `LOINC 4548-4`: the first coding of a well-known system, else the first with a code. */
export function codeLabel(concept: unknown): string | undefined {
  const codings = codingsOf(concept).filter((coding) => stringAt(coding, 'code') !== undefined);
  const known = codings.find((coding) => SYSTEMS.has(stringAt(coding, 'system') ?? ''));
  const coding = known ?? codings[0];
  const system = SYSTEMS.get(stringAt(coding, 'system') ?? '');
  return joinTexts([system, plainText(at(coding, 'code'), CODE_CHARS_MAX)], ' ', CODE_CHARS_MAX);
}

/** All codes of a concept, of whatever system. */
export function codesOf(concept: unknown): readonly string[] {
  return codingsOf(concept).flatMap((coding) => stringAt(coding, 'code') ?? []);
}

/** All codes of a list of concepts, or of one. */
export function codesOfAll(concepts: unknown): readonly string[] {
  return asArray(concepts).slice(0, JOINED_MAX).flatMap(codesOf);
}

function codingsOf(concept: unknown): readonly unknown[] {
  const codings = at(concept, 'coding');
  // A Coding in place of a concept reads like a concept of one coding.
  return codings === undefined ? [concept] : asArray(codings).slice(0, JOINED_MAX);
}

function firstText(codings: readonly unknown[], name: 'display' | 'code', charsMax: number): string | undefined {
  for (const coding of codings) {
    const text = plainText(at(coding, name), charsMax);
    if (text !== undefined) return text;
  }
  return undefined;
}
