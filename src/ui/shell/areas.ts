/** The five places of the main navigation, in both its shapes. */
import type { Component } from 'svelte';
import type { SvelteHTMLElements } from 'svelte/elements';
import type { Area } from '../routes.ts';
import ClinicIcon from '~icons/lucide/stethoscope';
import HomeIcon from '~icons/lucide/house';
import LabIcon from '~icons/lucide/flask-conical';
import NodeIcon from '~icons/lucide/waypoints';
import RecordsIcon from '~icons/lucide/file-heart';

interface NavItem {
  readonly area: Exclude<Area, 'join'>;
  readonly path: string;
  readonly icon: Component<SvelteHTMLElements['svg']>;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { area: 'home', path: '/', icon: HomeIcon },
  { area: 'me', path: '/me', icon: RecordsIcon },
  { area: 'clinic', path: '/clinic', icon: ClinicIcon },
  { area: 'lab', path: '/lab', icon: LabIcon },
  { area: 'node', path: '/node', icon: NodeIcon },
];
