/**
 * Lets the page open while its server is away: a service worker, written by the build (see vite.config.ts), keeps the
 * built app. A newer build is fetched beside the running one and takes over when somebody says so, or once the last tab
 * is closed: a page in use is never replaced.
 */
const CHECK_EVERY_MS = 3_600_000;

type UpdateListener = (isUpdateReady: boolean) => void;

export class OfflineShell {
  private readonly listeners = new Set<UpdateListener>();
  private registration: ServiceWorkerRegistration | undefined;
  private isUpdateReady = false;
  private isUpdating = false;

  /** Calls `listener` at once, and when a newer version is ready. Returns the function that ends it. */
  subscribe(listener: UpdateListener): () => void {
    this.listeners.add(listener);
    listener(this.isUpdateReady);
    return () => this.listeners.delete(listener);
  }

  /** Reloads the page in the newer version. */
  update(): void {
    const waiting = this.registration?.waiting;
    this.isUpdating = true;
    if (waiting) waiting.postMessage({ type: 'SKIP_WAITING' });
    else window.location.reload();
  }

  /** @throws DOMException where the browser refuses: private windows of some, a certificate it does not trust */
  async install(container: ServiceWorkerContainer): Promise<void> {
    let hadController = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      if (this.isUpdating) window.location.reload();
      // Another tab went over to the newer version; what this one has yet to load is of the old.
      else if (hadController) this.announce();
      hadController = true;
    });
    const registration = await container.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' });
    this.registration = registration;
    if (registration.waiting) this.announce();
    this.watch(registration.installing, container);
    registration.addEventListener('updatefound', () => this.watch(registration.installing, container));
    lookForUpdates(registration);
  }

  private watch(installing: ServiceWorker | null, container: ServiceWorkerContainer): void {
    installing?.addEventListener('statechange', () => {
      // Without a controller it is the first one, which replaces nothing.
      if (installing.state === 'installed' && container.controller) this.announce();
    });
  }

  private announce(): void {
    this.isUpdateReady = true;
    for (const listener of this.listeners) listener(true);
  }
}

/** Of its own accord a browser looks when a page is opened, and tabs that mine stay open for days. */
function lookForUpdates(registration: ServiceWorkerRegistration): void {
  let checkedAtMs = performance.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' || performance.now() - checkedAtMs < CHECK_EVERY_MS) return;
    checkedAtMs = performance.now();
    // Offline, or the server is away: the next time will do.
    registration.update().catch(() => undefined);
  });
}

/**
 * Starts once the page has loaded, so that what it needs to open comes first.
 * @param onRefused  the browser keeps no copy of this page: what it does not hold in memory is gone with its server
 */
export function installOfflineShell(onRefused: () => void): OfflineShell {
  const shell = new OfflineShell();
  const { serviceWorker } = navigator;
  // The dev server's modules change under the page, and no service worker is built for it.
  if (!serviceWorker || import.meta.env.DEV) return shell;
  const install = () => void shell.install(serviceWorker).catch(onRefused);
  if (document.readyState === 'complete') install();
  else window.addEventListener('load', install, { once: true });
  return shell;
}
