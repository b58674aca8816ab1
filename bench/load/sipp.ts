import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToolCommand } from '../../src/bundled-asterisk/debian/private-program.ts';
import { type CallPlan, calleeScenario, callerScenario } from './scenarios.ts';
import { lastCounts, type Mark, marksOf, responseTimes } from './sipp-files.ts';
import type { SipAddress } from './sip-address.ts';
import { isListening } from './udp-listeners.ts';

/** So many calls to one number at an even rate. */
export interface CallLoad extends CallPlan {
  readonly from: SipAddress;
  readonly to: SipAddress;
  readonly number: string;
  readonly perSecond: number;
  readonly calls: number;
}

/** What came of it. */
export interface CallsMade {
  /** The names of this run's callers, and no others, begin with it. */
  readonly run: number;
  /** Milliseconds from INVITE to 200, ascending. */
  readonly answeredMs: readonly number[];
  /** Calls that were neither answered nor refused with 503, or did not end as they should. */
  readonly failed: number;
  readonly refused: number;
  /** Messages that SIPp had to send again. */
  readonly retransmissions: number;
  readonly marks: readonly Mark[];
  /** What SIPp says about the first call that failed. */
  readonly complaint: string;
}

/** Callees that answer every call, until they are stopped. */
export interface Callees {
  /** Lets the present calls end; the second time it does nothing. */
  stop(): Promise<CallsTaken>;
}

export interface CallsTaken {
  readonly retransmissions: number;
  readonly marks: readonly Mark[];
}

/** What a load may take on top of its own time. */
const SPARE_S = 45;
/** SIPp does not always end by itself. */
const KILL_AFTER_S = 20;
const KILL_CALLEES_AFTER_S = 5;
const LONGEST_S = 3 * 3600;
const LISTENS_WITHIN_MS = 10_000;
const LONGEST_COMPLAINT = 1_000;
const MOST_CALLS_AT_ONCE = 5_000;

/** Six digits, so that no two callers have the same name. */
let runs = 100_000;

/** Makes calls; resolves when all of them are over. */
export async function makeCalls(sipp: ToolCommand, load: CallLoad): Promise<CallsMade> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-bench-sipp-'));
  const run = (runs += 1);
  const seconds = Math.ceil(load.calls / load.perSecond + load.talkMs / 1000) + SPARE_S;
  try {
    await writeFile(join(folder, 'caller.xml'), callerScenario(load));
    const child = start(sipp, folder, load.from, 'caller', {
      '-s': load.number,
      '-r': String(load.perSecond),
      '-m': String(load.calls),
      '-l': String(MOST_CALLS_AT_ONCE),
      '-key': ['run', String(run)],
      '-rtt_freq': '1',
      '-recv_timeout': '30000',
      '-timeout': `${seconds}s`,
      '-trace_rtt': [],
      target: `${load.to.host}:${load.to.port}`,
    });
    await endOf(child, seconds + KILL_AFTER_S);
    return await callsMade(folder, child, { run, calls: load.calls });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function callsMade(
  folder: string,
  child: ChildProcess,
  { run, calls }: { readonly run: number; readonly calls: number },
): Promise<CallsMade> {
  const counts = lastCounts(await read(join(folder, 'counts.csv')));
  const marks = marksOf(await read(join(folder, 'marks.log')));
  const refused = marks.filter(({ what }) => what === 'refused').length;
  return {
    run,
    answeredMs: responseTimes(await read(join(folder, `caller_${child.pid}_rtt.csv`))),
    // A refused call has come to its end, too.
    failed: calls - (counts.get('SuccessfulCall(C)') ?? 0),
    refused,
    retransmissions: counts.get('Retransmissions(C)') ?? 0,
    marks,
    complaint: (await read(join(folder, 'errors.log'))).slice(0, LONGEST_COMPLAINT),
  };
}

/** Starts callees at an address; resolves when they listen. */
export async function startCallees(
  sipp: ToolCommand,
  address: SipAddress,
  plan: Pick<CallPlan, 'sound'> = {},
): Promise<Callees> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-bench-sipp-'));
  try {
    await writeFile(join(folder, 'callee.xml'), calleeScenario(plan));
    const child = start(sipp, folder, address, 'callee', {
      '-l': String(MOST_CALLS_AT_ONCE),
      '-timeout': `${LONGEST_S}s`,
    });
    await listens(child, address, folder);
    let stopped: Promise<CallsTaken> | undefined;
    return { stop: () => (stopped ??= callsTaken(folder, child)) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function listens(child: ChildProcess, address: SipAddress, folder: string): Promise<void> {
  const deadline = performance.now() + LISTENS_WITHIN_MS;
  while (!(await isListening(address))) {
    if (hasEnded(child) || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`SIPp does not listen: ${await read(join(folder, 'errors.log'))}`);
    }
    await sleep(20);
  }
}

/** SIPp writes its files to the end only when it ends by itself, which it does soon after SIGUSR1. */
async function callsTaken(folder: string, child: ChildProcess): Promise<CallsTaken> {
  if (!hasEnded(child)) {
    child.kill('SIGUSR1');
    await endOf(child, KILL_CALLEES_AFTER_S);
  }
  const counts = lastCounts(await read(join(folder, 'counts.csv')));
  const marks = marksOf(await read(join(folder, 'marks.log')));
  await rm(folder, { recursive: true, force: true });
  return { retransmissions: counts.get('Retransmissions(C)') ?? 0, marks };
}

type Options = Readonly<Record<string, string | readonly string[]>>;

function start(
  sipp: ToolCommand,
  folder: string,
  { host, port }: SipAddress,
  scenario: string,
  { target, ...options }: Options,
): ChildProcess {
  if (isOver) throw new Error('The bench is over');
  const all: Options = {
    '-sf': join(folder, `${scenario}.xml`),
    '-i': host,
    '-mi': host,
    '-p': String(port),
    '-trace_logs': [],
    '-log_file': join(folder, 'marks.log'),
    '-trace_stat': [],
    '-stf': join(folder, 'counts.csv'),
    '-fd': '1',
    '-trace_err': [],
    '-error_file': join(folder, 'errors.log'),
    '-nostdin': [],
    ...options,
  };
  const flat = Object.entries(all).flatMap(([name, values]) => [name, ...[values].flat()]);
  const child = spawn(sipp.command, [...sipp.args, ...flat, ...[target ?? []].flat()], {
    cwd: folder,
    env: sipp.env,
    stdio: 'ignore',
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}

/** For a run that is interrupted. */
const living = new Set<ChildProcess>();
let isOver = false;

/** Ends every SIPp that is running; no other one starts. */
export function endAllSipps(): void {
  isOver = true;
  for (const child of living) child.kill('SIGKILL');
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function endOf(child: ChildProcess, seconds: number): Promise<void> {
  const kill = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  await once(child, 'exit');
  clearTimeout(kill);
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
