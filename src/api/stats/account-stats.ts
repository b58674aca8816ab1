import type { Clock } from '../../concurrency/clock.ts';
import { within } from '../../concurrency/deadline.ts';
import type { StatsRepository } from '../../records/stats-repository.ts';
import type { Place } from '../place.ts';
import type { HealthProbes, Provisioning } from '../ports.ts';
import type { Shown } from '../reply.ts';
import { presentStats, type STATS } from './presenter.ts';

/** How long Asterisk may take to say who is registered. */
const ASK_MS = 1_000;

export interface StatsDeps {
  readonly stats: StatsRepository;
  readonly provisioning: Pick<Provisioning, 'reachable'>;
  readonly probes: Pick<HealthProbes, 'asterisk'>;
  /** The time within which 95 % of the account's last documents came; undefined when there were none. */
  readonly documentP95Ms: (accountSid: string) => number | undefined;
  readonly clock: Clock;
}

/** The numbers of the overview, as they are now. */
export async function statsOf(
  deps: StatsDeps,
  accountSid: string,
  place: Place,
): Promise<Shown<typeof STATS>> {
  const { stats, provisioning, probes, documentP95Ms, clock } = deps;
  const [numbers, reachable, isAsteriskUp] = await Promise.all([
    stats.numbersOf(accountSid),
    within(clock, ASK_MS, () => provisioning.reachable(), undefined),
    within(clock, ASK_MS, () => probes.asterisk(), false),
  ]);
  const registered =
    reachable === undefined ? undefined : numbers.clients?.filter((login) => reachable.has(login)).length;
  const facts = { now: clock.now(), documentP95Ms: documentP95Ms(accountSid), registered, isAsteriskUp };
  return presentStats(accountSid, numbers, facts, place);
}
