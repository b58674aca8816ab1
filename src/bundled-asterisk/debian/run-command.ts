import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What a command printed, and whether it succeeded. */
export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. If it is missing or fails, the result says so; nothing is thrown. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<CommandResult> {
  try {
    const done = await execute(command, [...args], {
      maxBuffer: MOST_OUTPUT_BYTES,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    return { ok: true, stdout: done.stdout, stderr: done.stderr };
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    return {
      ok: false,
      stdout: stdout ?? '',
      stderr: stderr === undefined || stderr === '' ? message : stderr,
    };
  }
}

/** The last lines of a text, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
