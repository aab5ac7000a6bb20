/**
 * How bad it is to have sent a header or block that a rule refuses. Validation only names the rule; the peer manager adds
 * these points up. Whoever relays a block has connected it first, so that whatever rule it breaks is his fault; what only
 * another clock or a full index refuses costs nothing.
 */
import { MISBEHAVIOR_MAX } from './params.ts';

export function blockPoints(code: string): number {
  switch (code) {
    case 'time-too-new':
    case 'index-full':
      return 0;
    case 'unknown-parent':
      return 5;
    default:
      return MISBEHAVIOR_MAX;
  }
}
