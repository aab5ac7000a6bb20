/** @param fragment  as the node makes it: `j/…`, with or without `#` and `/` before it */
export function fullLink(baseUrl: string, fragment: string): string {
  return `${baseUrl}#/${fragment.replace(/^#?\/?/, '')}`;
}

/** Who introduces tabs in a network, as a reader knows servers. Empty: the server this page came from. */
export function relayHosts(relays: readonly string[]): string {
  // The host alone: what stands before an `@` is there to be mistaken for it.
  return [...new Set(relays.map((relay) => new URL(relay).host))].join(', ');
}
