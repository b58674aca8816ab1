import type { Clock } from '../../concurrency/clock.ts';
import { within } from '../../concurrency/deadline.ts';
import type { ClientRecord, Repository, TrunkRecord } from '../../records/repositories.ts';
import { presentClient } from '../clients/presenter.ts';
import type { JsonObject } from '../http/rendering.ts';
import type { Provisioning } from '../ports.ts';
import { presentTrunk } from '../sip-trunks/presenter.ts';
import type { DraftEvent } from './drafts.ts';

export interface SipStatusDeps {
  readonly clients: Pick<Repository<ClientRecord>, 'all'>;
  readonly trunks: Pick<Repository<TrunkRecord>, 'all'>;
  readonly provisioning: Pick<Provisioning, 'reachable' | 'clientStatus' | 'trunkStatus'>;
  readonly clock: Clock;
}

const ASK_MS = 2_000;

/** Which clients are registered, and which trunks are reachable: asked again and again, because nobody tells. */
export class SipStatuses {
  readonly #deps: SipStatusDeps;
  #reachable: ReadonlySet<string> | undefined;

  constructor(deps: SipStatusDeps) {
    this.#deps = deps;
  }

  /** Those that have changed since the last call; none at the first one. Rejects when Asterisk is away. */
  async changed(): Promise<readonly DraftEvent[]> {
    const before = this.#reachable;
    const now = await this.#deps.provisioning.reachable();
    this.#reachable = now;
    if (before === undefined) return [];
    const changed = new Set([...now].filter((name) => !before.has(name)));
    for (const name of before) if (!now.has(name)) changed.add(name);
    if (changed.size === 0) return [];
    return [...(await this.#clients(changed)), ...(await this.#trunks(changed))];
  }

  /** The event of a client as it is now. */
  async client(record: ClientRecord): Promise<DraftEvent> {
    const { provisioning, clock } = this.#deps;
    const ask = () => provisioning.clientStatus(record.login.toLowerCase());
    const status = await within(clock, ASK_MS, ask, undefined);
    return {
      name: 'client.updated',
      accountSid: record.accountSid,
      present: (place) => presentClient(record, status, place) as JsonObject,
    };
  }

  /** The event of a trunk as it is now. */
  async trunk(record: TrunkRecord): Promise<DraftEvent> {
    const { provisioning, clock } = this.#deps;
    const status = await within(clock, ASK_MS, () => provisioning.trunkStatus(record), undefined);
    return {
      name: 'trunk.updated',
      accountSid: record.accountSid,
      present: (place) => presentTrunk(record, status, place) as JsonObject,
    };
  }

  async #clients(changed: ReadonlySet<string>): Promise<readonly DraftEvent[]> {
    const records = (await this.#deps.clients.all()).filter(({ login }) => changed.has(login.toLowerCase()));
    return await Promise.all(records.map((record) => this.client(record)));
  }

  async #trunks(changed: ReadonlySet<string>): Promise<readonly DraftEvent[]> {
    const records = (await this.#deps.trunks.all()).filter(({ sid }) => changed.has(sid));
    return await Promise.all(records.map((record) => this.trunk(record)));
  }
}
