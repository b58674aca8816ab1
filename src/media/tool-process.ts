import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../concurrency/clock.ts';

/** A program with its first arguments and its whole environment (nothing is inherited). */
export interface ToolCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How long and how much a tool may work, and what it reads on its standard input. */
export interface ToolRun {
  readonly stdin?: string | Buffer;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

export type ToolResult =
  | { readonly ok: true; readonly stdout: Buffer }
  | {
      readonly ok: false;
      readonly reason: 'not-started' | 'failed' | 'timeout' | 'too-much' | 'aborted';
      /** The end of what it wrote on its standard error, or why it could not be started. */
      readonly detail: string;
    };

/** Runs a tool to its end without a shell. Never throws: a failure is a value. */
export type RunTool = (tool: ToolCommand, args: readonly string[], run: ToolRun) => Promise<ToolResult>;

/** How many tools of one kind work for one account at most: one processor is left for calls. */
export function toolsOfOneAccount(most: number): number {
  return Math.max(1, Math.min(most, availableParallelism() - 1));
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
type Failure = Extract<ToolResult, { ok: false }>['reason'];

const MOST_ERROR_CHARACTERS = 2000;
const LOW = constants.priority.PRIORITY_BELOW_NORMAL;
/** A tool that has used so much processor time, or run for so long, gives way to calls from then on. */
const SHORT_CPU_MS = 150;
const SHORT_MS = 2_000;
const LOOK_MS = 50;
/** The unit in which Linux tells programs of processor time: a hundredth of a second (proc(5), sysconf(_SC_CLK_TCK)). */
const TICK_MS = 10;
const AGAIN_MS = 150;

/** Tools as child processes, each in a process group of its own so that stopping one stops all it started. */
export function toolRunner(clock: Clock): RunTool {
  return (tool, args, run) => {
    if (run.signal.aborted) return Promise.resolve({ ok: false, reason: 'aborted', detail: '' });
    const child = spawn(tool.command, [...tool.args, ...args], {
      env: tool.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const ended = new AbortController();
    child.once('close', () => ended.abort());
    if (child.pid !== undefined) void lowerPriority(child.pid, clock, ended.signal);
    // A tool that does not read all of its input is judged by its exit status, not by EPIPE.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.stdin ?? '');
    return watch(child, run, clock);
  };
}

function watch(child: Child, run: ToolRun, clock: Clock): Promise<ToolResult> {
  return new Promise((resolve) => {
    const output: Buffer[] = [];
    let [bytes, errors] = [0, ''];
    let stopped: Failure | undefined;
    const stop = (why: Failure): void => {
      stopped ??= why;
      killGroup(child.pid);
    };
    const abort = (): void => stop('aborted');
    const cancelTimer = clock.after(run.timeoutMs, () => stop('timeout'));
    run.signal.addEventListener('abort', abort, { once: true });
    const settle = (result: ToolResult): void => {
      cancelTimer();
      run.signal.removeEventListener('abort', abort);
      resolve(result);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > run.maxOutputBytes) stop('too-much');
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-MOST_ERROR_CHARACTERS);
    });
    child.on('error', (error) => settle({ ok: false, reason: 'not-started', detail: error.message }));
    // A grandchild that left the group may keep the pipes open for ever; after a stop nobody waits for it.
    child.on('exit', () => {
      if (stopped !== undefined) for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
    });
    child.on('close', (code) => {
      if (stopped !== undefined) settle({ ok: false, reason: stopped, detail: errors });
      else if (code === 0) settle({ ok: true, stdout: Buffer.concat(output) });
      else settle({ ok: false, reason: 'failed', detail: errors });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself at this moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * A caller waits for what is said, and most of it is made in some hundredths of a second: that has to be had on a busy
 * machine, too. Long texts and files must not disturb the sound of running calls.
 */
async function lowerPriority(pid: number, clock: Clock, ended: AbortSignal): Promise<void> {
  const until = clock.steady() + SHORT_MS;
  while (clock.steady() < until && processorMs(pid) < SHORT_CPU_MS) {
    await clock.sleep(LOOK_MS, ended);
    if (ended.aborted) return;
  }
  try {
    setPriority(pid, LOW);
  } catch {
    // It ended already, or this system does not allow it; the work is done all the same.
  }
  lowerSession(pid, clock, ended);
}

/** What a process has used, with its children that have ended; infinite where that cannot be read. */
function processorMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may have spaces. The times are fields 14 to 17.
    const times = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15);
    return times.reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Linux may share the processors among sessions (sched(7), "The autogroup feature"), and each tool runs in a session of
 * its own. There a process's priority counts only within its session, so a series of tools would get a processor almost
 * to itself. That is why the session gets the same priority.
 */
function lowerSession(pid: number, clock: Clock, ended: AbortSignal): void {
  if (ended.aborted) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(LOW));
  } catch (error) {
    // The kernel allows users other than root ten such changes a second. Any other error: the tool has ended, or there are no autogroups.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    void clock.sleep(AGAIN_MS, ended).then(() => lowerSession(pid, clock, ended));
  }
}
