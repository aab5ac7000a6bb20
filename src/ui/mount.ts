/** Puts the interface into the page. The words of one language and the shell come first; screens follow when visited. */
import { mount } from 'svelte';
import './styles/app.css';
import type { UiHost } from './host.ts';
import { i18n } from './i18n/i18n.svelte.ts';
import { prefs } from './prefs.svelte.ts';
import { router } from './router.svelte.ts';
import App from './shell/App.svelte';

export async function mountApp(target: HTMLElement, host: UiHost): Promise<void> {
  prefs.applyTheme();
  router.start(host.pendingLink);
  await i18n.start();
  mount(App, { target, props: { host } });
}
