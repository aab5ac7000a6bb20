/** Finds what a Reference points to inside the same file. */
import { stringAt, type JsonObject } from './json-reader.ts';
import { containedIn, type FhirResource } from './resource.ts';

/** `https://host/fhir/Patient/1` into base and `Patient/1`. */
const RESTFUL = /^(https?:\/\/.+\/)([A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/;
const VERSION = /\/_history\/[^/]+$/;

export class ReferenceIndex {
  readonly #byUrl = new Map<string, FhirResource>();
  readonly #byTypeAndId = new Map<string, FhirResource>();

  add(resource: FhirResource): void {
    const id = stringAt(resource.body, 'id');
    if (resource.fullUrl !== undefined) setOnce(this.#byUrl, resource.fullUrl.replace(VERSION, ''), resource);
    if (id !== undefined) {
      setOnce(this.#byTypeAndId, `${resource.resourceType}/${id}`, resource);
      // Some senders leave fullUrl out and refer by the id alone.
      if (resource.fullUrl === undefined) setOnce(this.#byUrl, `urn:uuid:${id}`, resource);
    }
    const local = resource.fullUrl === undefined ? undefined : RESTFUL.exec(resource.fullUrl)?.[2];
    if (local !== undefined) setOnce(this.#byTypeAndId, local, resource);
  }

  hasUrl(url: string): boolean {
    return this.#byUrl.has(url.replace(VERSION, ''));
  }

  /**
   * The resource that a Reference means, contained ones included; undefined when it is elsewhere.
   * @param reference  a Reference, or anything found in its place
   * @param from       the resource that refers
   * @source FHIR R4 Bundle, "Resolving references in Bundles"
   */
  resolve(reference: unknown, from: FhirResource): JsonObject | undefined {
    const target = stringAt(reference, 'reference');
    if (target === undefined) return undefined;
    if (target.startsWith('#')) {
      return containedIn(from).find((each) => stringAt(each, 'id') === target.slice(1));
    }
    return this.find(target, from)?.body;
  }

  /** As `resolve`, by the text of the reference and for entries of the file only. */
  find(target: string, from: FhirResource): FhirResource | undefined {
    const url = target.replace(VERSION, '');
    const base = from.fullUrl === undefined ? undefined : RESTFUL.exec(from.fullUrl)?.[1];
    const sameServer = base === undefined ? undefined : this.#byUrl.get(base + url);
    return sameServer ?? this.#byUrl.get(url) ?? this.#byTypeAndId.get(url);
  }
}

/** The first keeps its name: a later entry can't take the place of one that was there. */
function setOnce(map: Map<string, FhirResource>, key: string, resource: FhirResource): void {
  if (!map.has(key)) map.set(key, resource);
}
