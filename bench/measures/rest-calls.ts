import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import { type CpuSeconds, startCpuMeter } from '../load/cpu-time.ts';
import { timesOf } from '../load/sipp-files.ts';
import { startCallees } from '../load/sipp.ts';
import { percentile } from '../report/percentile.ts';
import type { LegworkInside, System } from '../systems/system.ts';
import { partsOf } from './calls-at-rate.ts';
import type { Measured } from './measured.ts';

/** What came of REST calls at a steady rate. */
export interface RestRun {
  readonly calls: number;
  /** Milliseconds that the POST took. */
  readonly postMs: readonly number[];
  /** From the 201 until the INVITE is at the callee. */
  readonly invitedMs: readonly number[];
  /** Not created, not dialled, or nothing told of its end. */
  readonly failed: number;
  readonly retransmissions: number;
  readonly cpu: CpuSeconds;
  readonly elapsedS: number;
}

interface Posted {
  readonly callee: string;
  /** 0 when there was no reply, or only a part of it. */
  readonly status: number;
  readonly tookMs: number;
  /** When the reply came, in milliseconds since the epoch. */
  readonly at: number;
}

const LATEST_MS = 15_000;
const POLL_MS = 100;
const DOCUMENT = '<Response><Play digits="w"/><Hangup/></Response>';

let runs = 0;

/** POSTs calls at an even rate to callees that answer; each then gets a short document. */
export async function restCallsAtRate(
  bed: Bed,
  system: System,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<RestRun> {
  const { legwork } = system;
  if (legwork === undefined) throw new Error(`${system.name} has no REST API`);
  await bed.app.serve({ rest: DOCUMENT });
  await bed.app.take();
  const callees = await startCallees(bed.sipp, system.callee);
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  runs += 1;
  try {
    const stopMeter = await startCpuMeter(partsOf(bed, system));
    const posting: Promise<Posted>[] = [];
    const began = performance.now();
    for (let call = 0; call < perSecond * seconds; call += 1) {
      await sleep(Math.max(0, began + (call * 1000) / perSecond - performance.now()));
      const callee = `rest${runs}x${call}`;
      const to = `sip:${callee}@${system.callee.host}:${system.callee.port}`;
      posting.push(post(legwork, agent, callee, formOf(bed, to)));
    }
    const posted = await Promise.all(posting);
    const ended = await endsTold(bed, posted.length);
    const cpu = await stopMeter();
    const elapsedS = (performance.now() - began) / 1000;
    const quiet = await system.quiet();
    const taken = await callees.stop();
    const invited = timesOf(taken.marks, 'invited');
    const created = posted.filter(({ status }) => status === 201);
    const dialled = created.filter(({ callee }) => invited.has(callee));
    return {
      calls: posted.length,
      postMs: created.map(({ tookMs }) => tookMs),
      invitedMs: dialled.map(({ callee, at }) => (invited.get(callee) ?? Number.NaN) - at),
      failed: posted.length - Math.min(dialled.length, ended) + (quiet ? 0 : 1),
      retransmissions: taken.retransmissions,
      cpu,
      elapsedS,
    };
  } finally {
    agent.destroy();
    await callees.stop();
  }
}

function formOf(bed: Bed, to: string): URLSearchParams {
  return new URLSearchParams({
    From: '15550001',
    To: to,
    Url: `${bed.app.origin}/document/rest`,
    StatusCallback: `${bed.app.origin}/callback/status`,
  });
}

function post(
  { account: { url, accountSid, authToken } }: LegworkInside,
  agent: Agent,
  callee: string,
  form: URLSearchParams,
): Promise<Posted> {
  const began = performance.now();
  return new Promise((resolve) => {
    const sent = request(`${url}/2012-04-24/Accounts/${accountSid}/Calls.json`, {
      method: 'POST',
      agent,
      auth: `${accountSid}:${authToken}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      timeout: LATEST_MS,
    });
    const settle = (status: number, now = performance.now()) =>
      resolve({ callee, status, tookMs: now - began, at: performance.timeOrigin + now });
    sent.on('response', (response) => {
      const now = performance.now();
      const { statusCode = 0 } = response;
      response.resume().once('close', () => settle(response.complete ? statusCode : 0, now));
    });
    sent.on('timeout', () => sent.destroy(new Error('POST Calls got no reply')));
    sent.on('error', () => settle(0));
    sent.end(form.toString());
  });
}

/** How many calls the application server was told the end of, once it is all of them or the time is up. */
async function endsTold(bed: Bed, calls: number): Promise<number> {
  const deadline = performance.now() + LATEST_MS;
  const ended = new Set<string>();
  for (;;) {
    for (const { kind, status, to } of await bed.app.take()) {
      if (kind === 'callback' && status === 'completed') ended.add(to);
    }
    if (ended.size >= calls || performance.now() > deadline) return ended.size;
    await sleep(POLL_MS);
  }
}

/** The figures of a table's row. */
export function restFigures({ cpu, ...run }: RestRun): Measured {
  const perCall = (seconds = Number.NaN) => (seconds * 1000) / run.calls;
  return {
    figures: {
      'POST→201 p50 ms': percentile(run.postMs, 0.5),
      'POST→201 p99 ms': percentile(run.postMs, 0.99),
      '201→INVITE p50 ms': percentile(run.invitedMs, 0.5),
      '201→INVITE p99 ms': percentile(run.invitedMs, 0.99),
      failed: run.failed,
      retransmissions: run.retransmissions,
      'CPU of controller ms/call': perCall(cpu['controller']),
      'of database': perCall(cpu['database']),
      'of Asterisk': perCall(cpu['asterisk']),
      'of application server': perCall(cpu['application']),
      'of load': perCall(cpu['load']),
      'other programs, processors': (cpu['others'] ?? 0) / run.elapsedS,
    },
  };
}
