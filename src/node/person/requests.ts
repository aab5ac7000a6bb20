/** What an organisation asks for: a link or QR code that patients answer with a grant. Nothing of it is on the chain. */
import { fromHex, toHex } from '../../core/bytes.ts';
import { assert } from '../../core/result.ts';
import { REQUEST_ID_BYTES, WANTS_BYTES_MAX } from '../../health/share-link.ts';
import { isTextField } from '../../health/text-fields.ts';
import { isTimeS } from '../../health/time-s.ts';
import type { NodeApi, Outcome, RequestRow } from '../api.ts';
import { nowS, type PersonContext } from './context.ts';
import type { NetworkEntry } from './network-entry.ts';
import { DONE, done, fail } from './problem.ts';
import type { RequestData } from './row-types.ts';

interface RequestParts {
  readonly entry: NetworkEntry;
  /** How many have answered. */
  receivedFor(requestId: string): number;
}

export class Requests {
  private readonly context: PersonContext;
  private readonly parts: RequestParts;

  constructor(context: PersonContext, parts: RequestParts) {
    this.context = context;
    this.parts = parts;
  }

  rows(): RequestRow[] {
    return this.context.rows
      .all('request')
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .map((request) => ({
        id: request.id,
        wants: request.wants,
        purpose: request.purpose,
        untilS: request.untilS,
        link: this.linkOf(request),
        receivedCount: this.parts.receivedFor(request.id),
      }));
  }

  /** Only for those with a profile: patients look the organisation up before they share anything. */
  async create(
    order: Parameters<NodeApi['createRequest']>[0],
  ): Promise<Outcome<{ readonly requestId: string; readonly link: string }>> {
    const wants = order.wants.trim();
    if (wants === '' || !isTextField(wants, WANTS_BYTES_MAX)) return fail('text-invalid', 'wants');
    if (!isTimeS(order.untilS) || order.untilS <= nowS(this.context.core)) return fail('expiry-in-past');
    const { core, rows } = this.context;
    if (!rows.own('profile')) return fail('organisation-unknown', 'no profile published here');
    const id = toHex(core.ports.rng.bytes(REQUEST_ID_BYTES));
    const createdAtMs = core.ports.clock.nowMs();
    const request = { id, wants, purpose: order.purpose, untilS: order.untilS, createdAtMs };
    await rows.change((batch) => batch.put('request', id, request));
    return done({ requestId: id, link: this.linkOf(request) });
  }

  /** Answers that come later are received all the same. */
  async close(requestId: string): Promise<Outcome> {
    await this.context.rows.change((batch) => batch.delete('request', requestId));
    return DONE;
  }

  private linkOf({ id, wants, purpose, untilS }: RequestData): string {
    const requestId = fromHex(id);
    assert(requestId, 'id of a request');
    const organisation = this.context.account;
    return this.parts.entry.encode({ kind: 'request', organisation, requestId, wants, purpose, untilS });
  }
}
