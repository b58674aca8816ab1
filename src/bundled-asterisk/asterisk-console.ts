import { connect } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';

const ANSWERED_WITHIN_MS = 5_000;
/** Asterisk reads at most 511 bytes, its own prefix among them. */
const LONGEST_COMMAND = 480;

/**
 * Runs a command of Asterisk's command line on its control socket, as `asterisk -rx` does, and resolves with what
 * it says. Rejects when Asterisk is not there, or silent.
 */
export function askConsole(runDir: string, command: string, clock: Clock): Promise<string> {
  if (Buffer.byteLength(command) > LONGEST_COMMAND)
    return Promise.reject(new Error('The command is too long'));
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(join(runDir, 'asterisk.ctl'));
    const cancel = clock.after(ANSWERED_WITHIN_MS, () =>
      socket.destroy(new Error('Asterisk does not answer')),
    );
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      // It greets first: a command that arrives together with others before that is not seen as the only one.
      if (said === '') socket.write(`cli quit after ${command}\0`);
      said += text;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      cancel();
      resolve(said.slice(said.indexOf('\n') + 1));
    });
  });
}
