/** The reader's own choices, kept in this browser. A browser that refuses to keep them still lets them be made. */
export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'zh';

const THEME_KEY = 'medmesh/theme';
const LANGUAGE_KEY = 'medmesh/language';
const WORDS_SEEN_KEY = 'medmesh/words-seen';

class Prefs {
  #theme = $state<Theme>(readTheme());
  #wordsSeen = $state(readItem(WORDS_SEEN_KEY) === '1');

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    writeItem(THEME_KEY, theme);
    this.applyTheme();
  }

  /** The recovery words were shown once: the reminder to write them down goes away. */
  get wordsSeen(): boolean {
    return this.#wordsSeen;
  }
  set wordsSeen(seen: boolean) {
    this.#wordsSeen = seen;
    writeItem(WORDS_SEEN_KEY, seen ? '1' : '');
  }

  applyTheme(): void {
    if (this.#theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.#theme;
  }
}

export const prefs = new Prefs();

export function readLanguage(): Language {
  const kept = readItem(LANGUAGE_KEY);
  if (kept === 'en' || kept === 'zh') return kept;
  const spoken = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag));
  return spoken?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function keepLanguage(language: Language): void {
  writeItem(LANGUAGE_KEY, language);
}

function readTheme(): Theme {
  const kept = readItem(THEME_KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function readItem(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Site data is blocked: every visit starts with the defaults.
  }
}

function writeItem(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Site data is blocked: the choice holds until the page is closed.
  }
}
