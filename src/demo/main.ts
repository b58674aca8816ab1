import { parseArgs } from 'node:util';
import { loadConfig } from '../config.ts';
import { Cleanups, Interrupted } from './cleanups.ts';
import { findRunning, ladderOf, requireSip } from './connection.ts';
import { makeOwnFolder, type OwnFolder, startOwnLegwork } from './own-legwork.ts';
import { performStory } from './performance.ts';

const USAGE = `Usage: npm run demo [-- --url http://127.0.0.1:8080]

Plays a call between three scripted SIP phones, and shows every request that the application server gets.
Uses the Legwork that runs here (DATA_DIR, or --url with ACCOUNT_SID, AUTH_TOKEN and SIP_PORT); starts one of
its own when none runs.`;

const INTERRUPTED = 130;
let stopping = false;

function say(line: string): void {
  if (!stopping) console.log(line);
}

/** Rejects when the user asks to stop; a second signal changes nothing, because npm passes the first one on as well. */
const interrupted = new Promise<never>((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => reject(new Interrupted()));
  }
});

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { url: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) {
    say(USAGE);
    return 0;
  }
  const cleanups = new Cleanups();
  const own: { folder?: OwnFolder } = {};
  const code = await Promise.race([
    play(values.url ?? process.env['LEGWORK_URL'], cleanups, own),
    interrupted,
  ])
    .then((asTold) => (asTold ? 0 : 1))
    .catch(codeOf);
  for (const failure of await cleanups.run()) console.error(`While cleaning up: ${failure}`);
  if (code !== 1) await own.folder?.forget();
  else if (own.folder !== undefined) console.error(`The output of Legwork is in ${own.folder.logFile}`);
  return code;
}

async function play(
  url: string | undefined,
  cleanups: Cleanups,
  own: { folder?: OwnFolder },
): Promise<boolean> {
  const config = loadConfig(process.env);
  const hints = { url, sipHost: process.env['SIP_HOST'], sipPort: process.env['SIP_PORT'] };
  const running = await findRunning(config, hints);
  if (running !== undefined) {
    await requireSip(running);
    say(`Using the Legwork that runs at ${running.url}`);
    const { asTold, callSid } = await performStory(running, cleanups, say);
    const ladder = callSid === undefined ? undefined : await ladderOf(running.url, callSid);
    if (ladder !== undefined) say(`\nThe ladder of this call: ${ladder}`);
    return asTold;
  }
  own.folder = await makeOwnFolder(cleanups);
  const legwork = await startOwnLegwork(own.folder, cleanups, say);
  return (await performStory(legwork, cleanups, say)).asTold;
}

function codeOf(error: unknown): number {
  if (error instanceof Interrupted) {
    say('Stopping');
    stopping = true;
    return INTERRUPTED;
  }
  console.error(error instanceof Error ? error.message : error);
  return 1;
}

process.exitCode = await main();
// The interrupted story may still be waiting for something.
if (process.exitCode === INTERRUPTED) process.exit();
