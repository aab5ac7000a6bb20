/** Short confirmations: seen as a toast, heard through a live region, gone after a while or when dismissed. */
type ToastTone = 'ok' | 'info' | 'warn' | 'danger';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: ToastTone;
}

const SHOWN_MS = 5000;
const TOASTS_MAX = 3;

class Announcer {
  #toasts = $state.raw<readonly Toast[]>([]);
  #spoken = $state('');
  #next = 1;

  get toasts(): readonly Toast[] {
    return this.#toasts;
  }
  /** For screen readers only. */
  get spoken(): string {
    return this.#spoken;
  }

  toast(text: string, tone: ToastTone = 'ok'): void {
    const toast = { id: this.#next++, text, tone };
    this.#toasts = [...this.#toasts, toast].slice(-TOASTS_MAX);
    this.say(text);
    setTimeout(() => this.dismiss(toast.id), SHOWN_MS);
  }

  /** Says something that the screen already shows by changing. */
  say(text: string): void {
    // The same sentence twice is no change to a live region: a no-break space makes it one.
    this.#spoken = this.#spoken === text ? `${text}\u00a0` : text;
  }

  dismiss(id: number): void {
    this.#toasts = this.#toasts.filter((toast) => toast.id !== id);
  }
}

export const announcer = new Announcer();
