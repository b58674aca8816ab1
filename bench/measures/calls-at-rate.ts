import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrival } from '../bed/app-messages.ts';
import type { Bed } from '../bed/bed.ts';
import { type CpuSeconds, startCpuMeter } from '../load/cpu-time.ts';
import { timesOf } from '../load/sipp-files.ts';
import { type CallsMade, makeCalls, startCallees } from '../load/sipp.ts';
import { percentile } from '../report/percentile.ts';
import type { Service, System } from '../systems/system.ts';
import type { Figures, Measured } from './measured.ts';

/** A steady load on one service of one system. */
export interface RateLoad {
  readonly service: Service;
  readonly perSecond: number;
  readonly seconds: number;
  readonly talkMs: number;
  /** Whether caller and callee send RTP. */
  readonly rtp: boolean;
}

/** What came of a load, in all detail. */
export interface RateRun {
  readonly made: CallsMade;
  readonly answered: number;
  /** Calls, and one more when the system was not quiet in the end. */
  readonly failed: number;
  /** Of callers and callees. */
  readonly retransmissions: number;
  readonly callbacksMissing: number;
  /** Milliseconds from the caller's BYE until the callback about the end. */
  readonly toldMs: readonly number[];
  readonly cpu: CpuSeconds;
  readonly elapsedS: number;
  readonly statements?: number;
  readonly transactions?: number;
}

/** From the answer until the caller hangs up, where nothing else is asked for. */
export const TALK_MS = 1_000;
const CALLBACKS_LATEST_MS = 15_000;
const POLL_MS = 100;

/** Runs the load, waits until every callback has come, and until nothing is left of it. */
export async function callsAtRate(bed: Bed, system: System, load: RateLoad): Promise<RateRun> {
  const { service, perSecond, seconds, talkMs, rtp } = load;
  const sound = rtp ? { sound: bed.sound } : {};
  const callees = service === 'dial' ? await startCallees(bed.sipp, system.callee, sound) : undefined;
  try {
    await bed.app.take();
    const before = await system.legwork?.counts();
    const told = await bed.app.callbacks();
    const stopMeter = await startCpuMeter(partsOf(bed, system));
    const began = performance.now();
    const made = await makeCalls(bed.sipp, {
      from: system.caller,
      to: bed.asterisk.sip,
      number: system.number(service),
      perSecond,
      calls: Math.round(perSecond * seconds),
      talkMs,
      ...sound,
    });
    const answered = made.answeredMs.length;
    const owed = answered * system.callbacksPerCall;
    await callbacksCome(bed, told + owed);
    const cpu = await stopMeter();
    const elapsedS = (performance.now() - began) / 1000;
    const after = await system.legwork?.counts();
    if (made.failed > 0) console.error(`${system.name}: ${made.failed} calls failed. ${made.complaint}`);
    const quiet = await system.quiet();
    const arrivals = await bed.app.take();
    const taken = await callees?.stop();
    return {
      made,
      answered,
      failed: made.failed + (quiet ? 0 : 1),
      retransmissions: made.retransmissions + (taken?.retransmissions ?? 0),
      callbacksMissing: missingCallbacks(made, arrivals, system.callbacksPerCall),
      toldMs: delaysFromBye(made, arrivals),
      cpu,
      elapsedS,
      ...(before === undefined || after === undefined
        ? {}
        : {
            statements: after.statements - before.statements,
            transactions: after.transactions - before.transactions,
          }),
    };
  } finally {
    await callees?.stop();
  }
}

/** The process ids whose times are counted apart from the load's. */
export function partsOf(bed: Bed, system: System): Readonly<Record<string, number>> {
  return { ...system.parts, asterisk: bed.asterisk.pid, application: bed.app.pid };
}

async function callbacksCome(bed: Bed, count: number): Promise<void> {
  const deadline = performance.now() + CALLBACKS_LATEST_MS;
  while ((await bed.app.callbacks()) < count && performance.now() < deadline) await sleep(POLL_MS);
}

/** How many callbacks about answered callers have not come; what came twice, or about others, makes up for none. */
export function missingCallbacks(
  { marks }: CallsMade,
  arrivals: readonly Arrival[],
  perCall: number,
): number {
  const statuses = new Map<string, Set<string>>();
  for (const { kind, from, status } of arrivals) {
    if (kind === 'callback') statuses.set(from, (statuses.get(from) ?? new Set()).add(status));
  }
  const answered = [...timesOf(marks, 'answered').keys()];
  return answered.reduce((sum, who) => sum + Math.max(0, perCall - (statuses.get(who)?.size ?? 0)), 0);
}

/** From each caller's BYE until the application server is told of the end. */
export function delaysFromBye({ marks, run }: CallsMade, arrivals: readonly Arrival[]): readonly number[] {
  const ended = timesOf(marks, 'bye');
  return arrivals.flatMap(({ kind, status, from, at }) => {
    const bye = ended.get(from);
    if (kind !== 'callback' || status !== 'completed' || bye === undefined || !from.startsWith(String(run)))
      return [];
    return [at - bye];
  });
}

/** The figures of a table's row. */
export function figuresOf(run: RateRun): Measured {
  const { made, cpu, elapsedS, answered } = run;
  const perCall = (seconds = Number.NaN) => (seconds * 1000) / answered;
  const shared = cpu['others'] ?? 0;
  const figures: Figures = {
    'INVITE→200 p50 ms': percentile(made.answeredMs, 0.5),
    'p99 ms': percentile(made.answeredMs, 0.99),
    failed: run.failed + made.refused,
    retransmissions: run.retransmissions,
    'CPU of controller ms/call': perCall(cpu['controller']),
    'of database': perCall(cpu['database']),
    'of Asterisk': perCall(cpu['asterisk']),
    'of application server': perCall(cpu['application']),
    'of load': perCall(cpu['load']),
    'BYE→callback p50 ms': percentile(run.toldMs, 0.5),
    'BYE→callback p99 ms': percentile(run.toldMs, 0.99),
    'callbacks missing': run.callbacksMissing,
    'statements/call': (run.statements ?? Number.NaN) / answered,
    'transactions/call': (run.transactions ?? Number.NaN) / answered,
    'other programs, processors': shared / elapsedS,
  };
  return { figures, curve: distribution(made.answeredMs) };
}

const STEPS = 200;

/** The share of calls, in percent, that were answered within so many milliseconds; at most 200 points. */
function distribution(ascending: readonly number[]): readonly (readonly [number, number])[] {
  const step = Math.max(1, Math.floor(ascending.length / STEPS));
  return ascending.flatMap((ms, index) =>
    (index + 1) % step === 0 ? [[tenths(ms), tenths(((index + 1) * 100) / ascending.length)] as const] : [],
  );
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
