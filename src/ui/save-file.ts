/** Hands bytes to the browser's downloads. */
export function saveFile(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/fhir+json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download holds its own reference once it has begun; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
