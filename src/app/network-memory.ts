/**
 * Which network a tab is in, and which the next one opens in. A tab keeps its own across reloads; where new tabs open
 * changes only when somebody chooses: a link says where it leads, never where everybody else goes from then on.
 */
import { networkIdOf } from '../core/network-spec.ts';
import { encodeJoined, noteUse, parseJoined, without, type JoinedNetworks } from './joined-networks.ts';
import { inviteTo, networkOf, type NetworkChoice } from './network-choice.ts';

/** In a tab's storage: where it is. In the browser's: where new tabs open. */
const NETWORK_KEY = 'medmesh/network';
const JOINED_KEY = 'medmesh/networks';
/** A link to be opened after the page has been restarted in its network. */
const PENDING_KEY = 'medmesh/pending-link';

export class NetworkMemory {
  private readonly tab: Storage;
  private readonly browser: Storage;

  /** @param tab ends with the tab, outlives a reload; @param browser shared by all tabs */
  constructor(tab: Storage, browser: Storage) {
    this.tab = tab;
    this.browser = browser;
  }

  /** Where this tab was before a reload, else where new tabs open. Undefined on a first visit. */
  present(): NetworkChoice | undefined {
    return networkOf(this.tab.getItem(NETWORK_KEY)) ?? this.ofNewTabs();
  }

  /** Somebody chose this network: this tab opens in it after a reload, and so do new ones. */
  choose(network: NetworkChoice): void {
    this.tab.setItem(NETWORK_KEY, inviteTo(network));
    this.browser.setItem(NETWORK_KEY, inviteTo(network));
  }

  /** This tab runs in it now. New tabs follow only where there was nothing they would open in. */
  enter(network: NetworkChoice, nowMs: number): void {
    this.tab.setItem(NETWORK_KEY, inviteTo(network));
    if (!this.ofNewTabs()) this.browser.setItem(NETWORK_KEY, inviteTo(network));
    this.browser.setItem(JOINED_KEY, encodeJoined(noteUse(this.joined(), network, nowMs)));
  }

  joined(): JoinedNetworks {
    return parseJoined(this.browser.getItem(JOINED_KEY));
  }

  /** New tabs that would have opened in it open where this one is: with nothing remembered, the next link would decide. */
  forget(id: string): void {
    this.browser.setItem(JOINED_KEY, encodeJoined(without(this.joined(), id)));
    const ofNewTabs = this.ofNewTabs();
    const present = this.present();
    if (present && ofNewTabs && networkIdOf(ofNewTabs.spec) === id) this.choose(present);
  }

  leaveLink(link: string): void {
    this.tab.setItem(PENDING_KEY, link);
  }

  takeLink(): string | undefined {
    const link = this.tab.getItem(PENDING_KEY) ?? undefined;
    this.tab.removeItem(PENDING_KEY);
    return link;
  }

  private ofNewTabs(): NetworkChoice | undefined {
    return networkOf(this.browser.getItem(NETWORK_KEY));
  }
}
