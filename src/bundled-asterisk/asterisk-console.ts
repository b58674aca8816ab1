import { connect } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../concurrency/clock.ts';

const ANSWERED_WITHIN_MS = 5_000;
/** Asterisk reads at most 511 bytes, including its own prefix. */
const LONGEST_COMMAND = 480;

/**
 * Runs a command on Asterisk's control socket, as `asterisk -rx` does, and resolves with its output. Rejects when
 * Asterisk is not there or does not answer.
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
      // Asterisk greets first. A command sent before that may arrive together with others, and then it is not recognized.
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
