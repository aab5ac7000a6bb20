/**
 * Takes a link out of the address bar before any other code of the page runs: its secret must not be in the history, in a
 * screenshot, or in what an extension reads later. Imported first, and importing nothing.
 */
function takeLink(): string | undefined {
  const { hash, pathname, search } = window.location;
  if (!/^#\/?j\//.test(hash)) return undefined;
  window.history.replaceState(null, '', pathname + search);
  return hash;
}

export const takenLink = takeLink();
