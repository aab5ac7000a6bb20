/** The reader's language: the dictionary in use and the formats that go with it. Only the language in use is loaded. */
import { Format } from '../format.ts';
import { keepLanguage, readLanguage, type Language } from '../prefs.svelte.ts';
import type { Dictionary } from './en.ts';

const DICTIONARIES: Record<Language, () => Promise<Dictionary>> = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
};

/** All languages at once, for a page that can't fetch them later. */
export async function fetchDictionaries(): Promise<void> {
  await Promise.all(Object.values(DICTIONARIES).map((fetch) => fetch()));
}

interface Loaded {
  readonly language: Language;
  readonly words: Dictionary;
  readonly format: Format;
}

class I18n {
  #loaded = $state.raw<Loaded>();

  get #current(): Loaded {
    if (!this.#loaded) throw new Error('words used before they were loaded');
    return this.#loaded;
  }
  /** The words. */
  get t(): Dictionary {
    return this.#current.words;
  }
  /** The formats. */
  get f(): Format {
    return this.#current.format;
  }
  get language(): Language {
    return this.#current.language;
  }

  async start(): Promise<void> {
    await this.#load(readLanguage());
  }

  async setLanguage(language: Language): Promise<void> {
    keepLanguage(language);
    await this.#load(language);
  }

  async #load(language: Language): Promise<void> {
    const words = await DICTIONARIES[language]();
    this.#loaded = { language, words, format: new Format(localeFor(language)) };
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }
}

export const i18n = new I18n();

/** The region comes from the browser: British dates for a British reader. */
function localeFor(language: Language): string {
  if (language === 'zh') return 'zh-CN';
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith('en')) ?? 'en';
}
