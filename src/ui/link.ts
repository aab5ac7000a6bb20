/** @param fragment  as the node makes it: `j/…`, with or without `#` and `/` before it */
export function fullLink(baseUrl: string, fragment: string): string {
  return `${baseUrl}#/${fragment.replace(/^#?\/?/, '')}`;
}
