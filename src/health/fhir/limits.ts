/** Bounds for files from anywhere: a hostile record costs time and memory in proportion to these, never more. */

/** Of the file, decoded at once in memory. */
export const FHIR_BYTES_MAX = 64 * 1024 * 1024;
/** Lists, objects and members: a file of the largest size whose values are a third shorter than in the densest real ones. */
export const JSON_VALUES_MAX = 4_000_000;
export const ENTRIES_MAX = 50_000;
/** Nesting inside one resource; FHIR's own examples stay below 20. */
export const DEPTH_MAX = 64;
/** Bundles inside bundles. */
export const BUNDLE_DEPTH_MAX = 4;
/** JSON values checked between two pauses: about 20 ms on a modest phone. */
export const CHECKED_PER_PAUSE = 10_000;

export const TITLE_CHARS_MAX = 200;
export const VALUE_CHARS_MAX = 400;
export const DETAIL_CHARS_MAX = 800;
export const CODE_CHARS_MAX = 80;
/** Names, dosages, reactions... joined in one line. */
export const JOINED_MAX = 20;
export const PATIENTS_MAX = 50;
export const IDENTIFIERS_MAX = 20;
