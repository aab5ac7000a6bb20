/** @param fragment  as the node makes it, with or without its leading `#` */
export function fullLink(baseUrl: string, fragment: string): string {
  return `${baseUrl}${fragment.startsWith('#') ? '' : '#'}${fragment}`;
}
