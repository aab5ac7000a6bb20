/** Where everything comes in for a tab of the memory network, so that a tab can be frozen as a browser freezes it. */
import type { SignalingHandlers } from '../signaling/signaling.ts';
import type { ConnectionHandlers } from '../webrtc/connector.ts';

export class Doorway {
  /** In order; undefined while the tab runs. */
  private held: (() => void)[] | undefined;

  /** What comes from now on waits: connections stand, and take what is sent. */
  freeze(): void {
    this.held ??= [];
  }

  thaw(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const callback of held) callback();
  }

  connection(handlers: ConnectionHandlers): ConnectionHandlers {
    return {
      onSignal: (signal) => this.pass(() => handlers.onSignal(signal)),
      onOpen: (binding) => this.pass(() => handlers.onOpen(binding)),
      // Frames are what most of a simulation is made of: no closure for each.
      onFrame: (frame) => (this.held ? this.held.push(() => handlers.onFrame(frame)) : handlers.onFrame(frame)),
      onBufferLow: () => this.pass(() => handlers.onBufferLow()),
      onClosed: (reason) => this.pass(() => handlers.onClosed(reason)),
    };
  }

  signaling(handlers: SignalingHandlers): SignalingHandlers {
    return {
      onState: (state) => this.pass(() => handlers.onState(state)),
      onRoster: (roster) => this.pass(() => handlers.onRoster(roster)),
      onSignal: (from, payload) => this.pass(() => handlers.onSignal(from, payload)),
    };
  }

  private pass(callback: () => void): void {
    if (this.held) this.held.push(callback);
    else callback();
  }
}
