import { lookAtHealth } from '../api/health.ts';
import type { JsonObject } from '../api/http/rendering.ts';
import type { DraftEvent } from '../api/live/drafts.ts';
import { Live } from '../api/live/live.ts';
import { SipStatuses } from '../api/live/sip-statuses.ts';
import type { HealthProbes, Provisioning } from '../api/ports.ts';
import { statsOf } from '../api/stats/account-stats.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Foundation } from './foundation.ts';

const SHARED_MS = 1_500;

interface Watching {
  readonly live: Live;
  /** The same provisioning, which also tells of clients and trunks that are changed over REST. */
  readonly provisioning: Provisioning;
}

interface WatchingParts extends Pick<Foundation, 'clock' | 'log' | 'version' | 'recentDocuments'> {
  readonly store: Pick<Foundation['store'], 'repositories' | 'changes'>;
  readonly probes: HealthProbes;
  readonly provisioning: Provisioning;
}

/** What happens, for those who watch: what the database takes, what REST changes, and what is looked at now and then. */
export function watching({
  clock,
  log,
  version,
  store,
  recentDocuments,
  probes,
  provisioning,
}: WatchingParts): Watching {
  const { accounts, clients, trunks, stats } = store.repositories;
  const documentP95Ms = (accountSid: string) => recentDocuments.p95(accountSid);
  const shared = { ...forwarding(provisioning), reachable: sharedFor(clock, () => provisioning.reachable()) };
  const deps = { stats, provisioning: shared, probes, documentP95Ms, clock };
  const statuses = new SipStatuses({ clients, trunks, provisioning: shared, clock });
  const live = new Live({
    changes: store.changes,
    accounts,
    watched: {
      health: () => lookAtHealth({ probes, clock, pid: process.pid, version }),
      stats: async (accountSid) =>
        (await statsOf(deps, accountSid, { prefix: '/2012-04-24', format: 'json' })) as JsonObject,
      changedStatuses: () => statuses.changed(),
    },
    clock,
    log,
    version,
  });
  const tell = (draft: () => Promise<DraftEvent>) =>
    void live
      .changed(draft)
      .catch((error: unknown) =>
        log.debug({ reason: String(error) }, 'A change was not told to those who watch'),
      );
  return { live, provisioning: telling(shared, statuses, tell) };
}

/** Everybody who asks within a short time gets the same answer: every account that is watched asks every two seconds. */
function sharedFor<T>(clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const now = clock.steady();
    if (last === undefined || now - last.at >= SHARED_MS) last = { at: now, answer: ask() };
    return last.answer;
  };
}

/** The database has a change already, whether or not Asterisk takes it. */
export function telling(
  provisioning: Provisioning,
  statuses: Pick<SipStatuses, 'client' | 'trunk'>,
  tell: (draft: () => Promise<DraftEvent>) => void,
): Provisioning {
  return {
    ...forwarding(provisioning),
    clientChanged: (client) =>
      provisioning.clientChanged(client).finally(() => tell(() => statuses.client(client))),
    trunkChanged: (trunk) =>
      provisioning.trunkChanged(trunk).finally(() => tell(() => statuses.trunk(trunk))),
  };
}

/** The same, as an object whose members may be replaced. */
function forwarding(provisioning: Provisioning): Provisioning {
  return {
    clientChanged: (client) => provisioning.clientChanged(client),
    clientRemoved: (login) => provisioning.clientRemoved(login),
    trunkChanged: (trunk) => provisioning.trunkChanged(trunk),
    trunkRemoved: (sid) => provisioning.trunkRemoved(sid),
    clientStatus: (login) => provisioning.clientStatus(login),
    trunkStatus: (trunk) => provisioning.trunkStatus(trunk),
    reachable: () => provisioning.reachable(),
  };
}
