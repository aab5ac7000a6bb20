/** A made-up person to look around with, in the reader's language. Loaded when asked for. */
import type { Language } from '../prefs.svelte.ts';

interface Sample {
  readonly name: string;
  readonly file: Blob;
}

const SAMPLES: Record<Language, { readonly name: string; readonly load: () => Promise<{ readonly default: string }> }> =
  {
    en: { name: 'sample-patient.json', load: () => import('./sample-patient.json?raw') },
    zh: { name: '示例患者.json', load: () => import('./sample-patient-zh.json?raw') },
  };

export async function sampleFor(language: Language): Promise<Sample> {
  const { name, load } = SAMPLES[language];
  return { name, file: new Blob([(await load()).default], { type: 'application/fhir+json' }) };
}
