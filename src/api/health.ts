import type { Middleware } from 'koa';
import type { Clock } from '../concurrency/clock.ts';
import { within } from '../concurrency/deadline.ts';
import type { HealthProbes } from './ports.ts';

const PROBE_DEADLINE_MS = 2000;

/** What `GET /health` says; 200 when everything is up, else 503. */
export interface Health extends Partial<ClusterHealth> {
  readonly status: 'up' | 'down';
  /** Of the Legwork process itself. */
  readonly pid: number;
  readonly version: string;
  readonly asterisk: 'up' | 'down';
  readonly sip: 'up' | 'down';
  readonly database: 'up' | 'down';
  /** Why the database is down, when that is known. */
  readonly reason?: string;
  /** Null when the database did not answer. */
  readonly callbacks: { readonly pending: number; readonly oldest_s: number | null } | null;
  /** Why there are no media streams; absent when there are. */
  readonly streams?: string;
  /** Why there are no browser phones; absent when there are. */
  readonly browser_phones?: string;
  /** Why phones cannot transfer calls (REFER), with Asterisk's version; absent while Asterisk does not say. */
  readonly transfers?: string;
  /** Entries of the journal that were put aside because of an error of ours; absent when there are none. */
  readonly journal_rejected?: number;
}

/** The cluster as one node sees it. */
export interface ClusterHealth {
  /** The name of the node that answers. */
  readonly node: string;
  readonly switches: readonly {
    readonly name: string;
    /** Null: nobody holds it. */
    readonly node: string | null;
    readonly state: 'up' | 'down';
    readonly draining: boolean;
  }[];
  readonly peers: readonly {
    readonly name: string;
    readonly status: 'up' | 'away';
    /** Seconds since its last renewal was seen. */
    readonly lease_age_s: number;
  }[];
}

export interface HealthDeps {
  readonly probes: HealthProbes;
  readonly clock: Clock;
  readonly pid: number;
  readonly version: string;
  readonly cluster?: () => ClusterHealth;
  readonly webPhonesOff?: string | undefined;
}

/** `GET /health`, without authentication; simultaneous requests share one check. */
export function healthRoute(deps: HealthDeps): Middleware {
  let looking: Promise<Health> | undefined;
  return async (ctx, next) => {
    if (ctx.path !== '/health' || !['GET', 'HEAD'].includes(ctx.method)) return next();
    looking ??= lookAtHealth(deps).finally(() => {
      looking = undefined;
    });
    const health = await looking;
    ctx.status = health.status === 'up' ? 200 : 503;
    ctx.body = health;
  };
}

/** What is up and what is down. */
export async function lookAtHealth(deps: HealthDeps): Promise<Health> {
  const { probes, clock, pid, version, cluster, webPhonesOff } = deps;
  const ask = async (probe: () => Promise<boolean>) =>
    (await within(clock, PROBE_DEADLINE_MS, probe, false)) ? ('up' as const) : ('down' as const);
  const [asterisk, sip, database, callbacks, rejected, transfers] = await Promise.all([
    ask(() => probes.asterisk()),
    ask(() => probes.sip()),
    ask(() => probes.database()),
    within(clock, PROBE_DEADLINE_MS, () => probes.callbacks(), undefined),
    within(clock, PROBE_DEADLINE_MS, () => probes.rejectedEntries(), 0),
    within(clock, PROBE_DEADLINE_MS, async () => probes.transfersTrouble?.(), undefined),
  ]);
  const streams = probes.streamsTrouble?.();
  const reason = database === 'up' ? undefined : probes.databaseTrouble();
  const up = asterisk === 'up' && sip === 'up' && database === 'up' && callbacks !== undefined;
  return {
    status: up ? 'up' : 'down',
    pid,
    version,
    asterisk,
    sip,
    database,
    ...(reason === undefined ? {} : { reason }),
    callbacks:
      callbacks === undefined ? null : { pending: callbacks.pending, oldest_s: callbacks.oldestS ?? null },
    ...(streams === undefined ? {} : { streams }),
    ...(webPhonesOff === undefined ? {} : { browser_phones: webPhonesOff }),
    ...(transfers === undefined ? {} : { transfers }),
    ...(rejected === 0 ? {} : { journal_rejected: rejected }),
    ...(cluster === undefined ? {} : cluster()),
  };
}
