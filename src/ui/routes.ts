/** Which screen belongs to which path. Each screen is a chunk of its own, loaded when first visited. */
import type { Component } from 'svelte';

export type Area = 'home' | 'me' | 'clinic' | 'lab' | 'node' | 'join';
type Density = 'calm' | 'compact';

/** What every screen can be given; those without an `id` in their path leave it unread. */
export type ScreenComponent = Component<{ id?: string }>;

interface Route {
  /** Segments; `:id` takes any one segment. */
  readonly pattern: string;
  readonly area: Area;
  /** Shown even while the node is still starting. */
  readonly beforeNode?: boolean;
  readonly load: () => Promise<{ readonly default: ScreenComponent | Component<Record<string, never>> }>;
}

export const DENSITY: Record<Area, Density> = {
  home: 'calm',
  me: 'calm',
  join: 'calm',
  clinic: 'compact',
  lab: 'compact',
  node: 'compact',
};

const ROUTES: readonly Route[] = [
  { pattern: '/', area: 'home', beforeNode: true, load: () => import('./screens/home/Home.svelte') },
  { pattern: '/me', area: 'me', load: () => import('./screens/me/Records.svelte') },
  { pattern: '/me/record/:id', area: 'me', load: () => import('./screens/me/RecordScreen.svelte') },
  { pattern: '/me/share', area: 'me', load: () => import('./screens/me/Share.svelte') },
  { pattern: '/me/share/:id', area: 'me', load: () => import('./screens/me/Share.svelte') },
  { pattern: '/me/shared/:id', area: 'me', load: () => import('./screens/me/Shared.svelte') },
  { pattern: '/me/grants', area: 'me', load: () => import('./screens/me/Grants.svelte') },
  { pattern: '/clinic', area: 'clinic', load: () => import('./screens/clinic/Requests.svelte') },
  { pattern: '/clinic/inbox', area: 'clinic', load: () => import('./screens/clinic/Inbox.svelte') },
  { pattern: '/clinic/inbox/:id', area: 'clinic', load: () => import('./screens/clinic/Inbox.svelte') },
  { pattern: '/clinic/profile', area: 'clinic', load: () => import('./screens/clinic/Profile.svelte') },
  { pattern: '/lab', area: 'lab', load: () => import('./screens/lab/Chain.svelte') },
  { pattern: '/lab/block/:id', area: 'lab', load: () => import('./screens/lab/Block.svelte') },
  { pattern: '/lab/coins', area: 'lab', load: () => import('./screens/lab/Coins.svelte') },
  { pattern: '/node', area: 'node', load: () => import('./screens/node/Peers.svelte') },
  { pattern: '/node/network', area: 'node', load: () => import('./screens/node/Network.svelte') },
  { pattern: '/node/storage', area: 'node', load: () => import('./screens/node/Storage.svelte') },
  { pattern: '/node/keys', area: 'node', load: () => import('./screens/node/Keys.svelte') },
  { pattern: '/j', area: 'join', load: () => import('./screens/join/Join.svelte') },
];

/** All screens at once, for a page that can't fetch them later. */
export async function fetchScreens(): Promise<void> {
  await Promise.all(ROUTES.map(({ load }) => load()));
}

export interface Match {
  readonly route: Route;
  readonly id?: string;
}

export function matchRoute(path: string): Match | undefined {
  for (const route of ROUTES) {
    const match = matchPattern(route, path);
    if (match) return match;
  }
  return undefined;
}

function matchPattern(route: Route, path: string): Match | undefined {
  const wanted = route.pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  let id: string | undefined;
  for (const [index, segment] of wanted.entries()) {
    const actual = given[index] ?? '';
    if (segment === ':id') id = decodeSegment(actual);
    else if (segment !== actual) return undefined;
  }
  return id === undefined ? { route } : { route, id };
}

/** A fragment typed by hand may hold a lone `%`. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
