import { spawn } from 'node:child_process';

const STILL_MS = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command on our terminal and resolves to its exit code.
 *
 * Signals that we get are passed on, and we wait until the command itself ends: it may have calls to finish.
 */
export async function runInFront(command, args, options = {}) {
  return ended(spawn(command, args, { stdio: 'inherit', ...options }));
}

/** Runs a command without showing its output unless it fails, and says every ten seconds that it still runs. */
export async function runQuietly(what, command, args, options = {}) {
  console.log(what);
  const started = Date.now();
  const still = setInterval(() => {
    console.log(`${what} (${Math.round((Date.now() - started) / 1000)} s)`);
  }, STILL_MS);
  return runUnseen(command, args, options).finally(() => clearInterval(still));
}

/** Runs a command behind everything else that this machine has to do; shows its output when it has failed. */
export function runBehind(command, args, options = {}) {
  return runUnseen('nice', ['-n', '19', command, ...args], options);
}

async function runUnseen(command, args, options) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const code = await ended(child);
  if (code !== 0) process.stderr.write(Buffer.concat(said));
  return code;
}

function ended(child) {
  const passOn = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, passOn);
  });
}
