/** Everything of the interface that is otherwise fetched when first needed. */
import { fetchDictionaries } from './i18n/i18n.svelte.ts';
import { fetchScreens } from './routes.ts';

/** Rejects as an import does, when the server went away before all was here. */
export async function fetchInterface(): Promise<void> {
  await Promise.all([
    fetchScreens(),
    fetchDictionaries(),
    import('./screens/boot/Unlock.svelte'),
    import('./screens/boot/Halted.svelte'),
    import('./samples/sample.ts').then(({ sampleFor }) => Promise.all([sampleFor('en'), sampleFor('zh')])),
    import('qr'),
    import('qr/decode.js'),
  ]);
}
