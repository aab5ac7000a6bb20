import type { Dictionary } from './en.ts';
import { clinic } from './zh/clinic.ts';
import { common } from './zh/common.ts';
import { health } from './zh/health.ts';
import { home } from './zh/home.ts';
import { join } from './zh/join.ts';
import { lab } from './zh/lab.ts';
import { log } from './zh/log.ts';
import { me } from './zh/me.ts';
import { node } from './zh/node.ts';
import { problems } from './zh/problems.ts';

export const zh = { ...common, problems, health, home, me, clinic, lab, log, node, join } satisfies Dictionary;
