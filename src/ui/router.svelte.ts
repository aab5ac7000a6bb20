/**
 * Where the reader is, from the address bar's fragment. Links that carry a secret (`#/j/…`) are taken out of the
 * address bar the moment they appear, so that no history entry and no screenshot of the bar keeps them.
 */
interface Place {
  /** `/me/record/5f2c` */
  readonly path: string;
}

/** The join screen; the link itself is in `pendingLink`, never here. */
const JOIN_PATH = '/j';
/** A fragment that carries a link, with or without the route's slash. */
const LINK = /^#\/?j\//;

class Router {
  #place = $state.raw<Place>(parsePlace(''));
  #pendingLink = $state.raw<string>();

  get place(): Place {
    return this.#place;
  }

  /** The link being looked at on the join screen. */
  get pendingLink(): string | undefined {
    return this.#pendingLink;
  }

  start(pendingLink: string | undefined): void {
    window.addEventListener('hashchange', () => this.#read());
    if (pendingLink !== undefined) this.openLink(pendingLink);
    else this.#read();
  }

  go(path: string): void {
    location.hash = `#${path}`;
  }

  /** Shows what a link is. `link` is a full address or its fragment; nothing is done with it yet. */
  openLink(link: string): void {
    this.#pendingLink = link;
    if (this.#place.path === JOIN_PATH) return;
    this.go(JOIN_PATH);
    // At start the fragment may be the join screen's already, and then no event comes.
    this.#read();
  }

  forgetLink(): void {
    this.#pendingLink = undefined;
  }

  #read(): void {
    const { hash } = location;
    if (LINK.test(hash)) {
      this.#pendingLink = hash;
      history.replaceState(null, '', `#${JOIN_PATH}`);
    }
    this.#place = parsePlace(location.hash);
  }
}

export const router = new Router();

/** @param hash  `#/me`, as `location.hash` gives it; what stands after a `?` means nothing here */
function parsePlace(hash: string): Place {
  const [path = ''] = hash.replace(/^#/, '').split('?', 1);
  const trimmed = path.replace(/\/+$/, '');
  return { path: trimmed.startsWith('/') ? trimmed : '/' };
}
