import { clinic } from './en/clinic.ts';
import { common } from './en/common.ts';
import { health } from './en/health.ts';
import { home } from './en/home.ts';
import { join } from './en/join.ts';
import { lab } from './en/lab.ts';
import { log } from './en/log.ts';
import { me } from './en/me.ts';
import { node } from './en/node.ts';
import { problems } from './en/problems.ts';

export const en = { ...common, problems, health, home, me, clinic, lab, log, node, join };

/** Every language has exactly these words: a missing one is a type error. */
export type Dictionary = typeof en;
