/** What the load is, and what its processes say to each other about it. */

/** Tabs in one room, and behind one address. */
export const CLASS_SIZE = 30;

export interface Load {
  /** Tabs that sit in their rooms. */
  readonly sockets: number;
  /** Visitors a second. */
  readonly joins: number;
  readonly seconds: number;
}

export interface ClientsOrder {
  /** Of the relay. */
  readonly url: string;
  /** First 56 hex digits of every room's id. */
  readonly salt: string;
  /** Number of its first idle tab, and how many there are. */
  readonly firstPlace: number;
  readonly places: number;
  readonly joinsPerS: number;
  readonly seconds: number;
}

export interface ClientsDone {
  /** Visitors who set out. */
  sent: number;
  /** Visitors who did not, because too many before them were still waiting. */
  missed: number;
  /** Visitors who were not let in. */
  failed: number;
  /** Idle tabs that were cut off. */
  lost: number;
  readonly joinMs: number[];
  readonly signalMs: number[];
}
