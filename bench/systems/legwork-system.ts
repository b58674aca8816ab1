import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LegworkProcess } from '../../test/support/legwork-process.ts';
import { waitUntil } from '../../test/support/wait-until.ts';
import { askAri } from '../bed/bench-asterisk.ts';
import type { Bed } from '../bed/bed.ts';
import { type Place, stasisApp } from './places.ts';
import { sipAddressesOf } from './sip-addresses.ts';
import { type MemoryInUse, numberOf, type Service, type StatementCounts, type System } from './system.ts';

export interface LegworkOptions {
  readonly name: string;
  readonly place: Place;
  readonly settings: Readonly<Record<string, string>>;
  /** The process id of its database server. */
  readonly database?: number;
  /** Modules that are loaded into its process before its own code. */
  readonly tools?: readonly string[];
}

/** Limits so high that they are not what is measured. */
export const WITHOUT_LIMITS = { MAX_CALLS: '5000', MAX_CALLS_PER_SECOND: '10000' } as const;

const COUNTER = fileURLToPath(new URL('count-statements.mjs', import.meta.url));
/** An inbound call that is answered at once owes no callback about ringing. */
const CALLBACKS_PER_CALL = 3;

/**
 * Starts Legworks on the shared Asterisk, each with a trunk for its callers and a number for each service.
 *
 * Each start removes the trunks of all others, because a Legwork takes Asterisk for its own: so the trunks are made
 * when all are running, and those of Legworks that were started before are gone.
 */
export async function startLegworks(
  bed: Bed,
  all: readonly LegworkOptions[],
): Promise<readonly [System, ...System[]]> {
  const started: Started[] = [];
  for (const options of all) started.push(await start(bed, options));
  for (const one of started) await setUp(bed, one);
  const [first, ...more] = started;
  if (first === undefined) throw new Error('No Legwork was asked for');
  return [first.system, ...more.map(({ system }) => system)];
}

interface Started {
  readonly legwork: LegworkProcess;
  readonly place: Place;
  readonly system: System;
}

async function start(bed: Bed, options: LegworkOptions): Promise<Started> {
  const { name, place, database, tools = [] } = options;
  const settings = { ...settingsOnBed(bed, place), ...options.settings };
  const legwork = await LegworkProcess.prepare(settings, bed.asterisk.sip);
  const countsFile = join(legwork.dataDir, 'bench-counts.json');
  legwork.set({
    NODE_OPTIONS: [COUNTER, ...tools].map((path) => `--import ${path}`).join(' '),
    BENCH_COUNTS: countsFile,
  });
  await beginLegwork(bed, legwork);
  const { connection } = legwork;
  const system: System = {
    name,
    ...(await sipAddressesOf(place)),
    parts: { controller: connection.pid, ...(database === undefined ? {} : { database }) },
    callbacksPerCall: CALLBACKS_PER_CALL,
    legwork: {
      account: connection,
      counts: () => toldBy(legwork, 'SIGUSR2', countsFile),
      memory: () => toldBy(legwork, 'SIGWINCH', countsFile),
    },
    number: (service) => numberOf(place.digit, service),
    quiet: () => isQuiet(legwork),
    stop: () => legwork.remove(),
  };
  return { legwork, place, system };
}

/** Starts it; when the bench ends, it is stopped and its files are removed, even if it was still starting. */
export async function beginLegwork(bed: Bed, legwork: LegworkProcess): Promise<void> {
  const starting = legwork.start();
  bed.undo.add(async () => {
    await starting.catch(() => undefined);
    await legwork.remove();
  });
  await starting;
}

/** Environment variables for a Legwork on the shared Asterisk. */
export function settingsOnBed({ asterisk }: Bed, { digit }: Place): Readonly<Record<string, string>> {
  const { url, username, password } = asterisk.ari;
  return {
    ARI_URL: url,
    ARI_USERNAME: username,
    ARI_PASSWORD: password,
    ARI_APP: stasisApp(digit),
    LOG_LEVEL: 'warn',
  };
}

async function setUp(bed: Bed, { legwork, place: { digit }, system }: Started): Promise<void> {
  const { caller, callee } = system;
  const trunk = await made(legwork, '/SipTrunks.json', {
    FriendlyName: 'bench',
    Host: caller.host,
    Port: String(caller.port),
    // Several SIPps at once have a port each.
    AllowedAddresses: caller.host,
  });
  await waitUntil('Asterisk has the trunk', () => hasEndpoint(bed, trunk));
  await bindMedia(bed, trunk);
  const action = `${bed.app.origin}/document/inbound-${digit}`;
  const documents = documentsOf(`sip:callee@${callee.host}:${callee.port}`, action);
  for (const [service, text] of Object.entries(documents)) {
    const name = `${service}-${digit}`;
    await bed.app.serve({ [name]: text });
    await made(legwork, '/IncomingPhoneNumbers.json', {
      PhoneNumber: numberOf(digit, service as Service),
      VoiceUrl: `${bed.app.origin}/document/${name}`,
      StatusCallback: `${bed.app.origin}/callback/status`,
    });
  }
}

/** What a caller hears; none of them hangs up before he does. */
function documentsOf(callee: string, action: string): Readonly<Record<Service, string>> {
  const say = '<Say>One two three four five six seven eight nine ten</Say>';
  const wait = '<Pause length="3600"/>';
  return {
    inbound: `<Response><Play digits="w"/>${wait}</Response>`,
    dial: `<Response><Dial><Sip>${callee}</Sip></Dial></Response>`,
    say: `<Response>${say}${wait}</Response>`,
    gather: `<Response><Gather timeout="1" action="${action}">${say}</Gather><Redirect>${action}</Redirect></Response>`,
    record: `<Response><Record maxLength="1" playBeep="false" action="${action}"/></Response>`,
  };
}

async function made(
  legwork: LegworkProcess,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const { status, json } = await legwork.rest('POST', path, form);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(json)}`);
  return String(json['sid']);
}

async function hasEndpoint({ asterisk }: Bed, id: string): Promise<boolean> {
  return askAri(asterisk.ari, 'GET', `endpoints/PJSIP/${id}`).then(
    () => true,
    () => false,
  );
}

/** Legwork does not know what address this Asterisk has for media: without one, it would look up the machine's name for each call. */
async function bindMedia({ asterisk }: Bed, id: string): Promise<void> {
  await askAri(asterisk.ari, 'PUT', `asterisk/config/dynamic/res_pjsip/endpoint/${id}`, {
    fields: [
      { attribute: 'media_address', value: asterisk.sip.host },
      { attribute: 'bind_rtp_to_media_address', value: 'yes' },
      // Without this, Asterisk takes its own word for "no caller ID" for one.
      { attribute: 'callerid', value: '' },
    ],
  });
}

/** What its process writes when it is asked by a signal. */
async function toldBy(
  legwork: LegworkProcess,
  signal: NodeJS.Signals,
  file: string,
): Promise<StatementCounts & MemoryInUse> {
  await rm(file, { force: true });
  legwork.signal(signal);
  let text = '';
  const isWritten = async () => (text = await readFile(file, 'utf8').catch(() => '')) !== '';
  await waitUntil('Legwork says what it counts', isWritten, 20_000);
  return JSON.parse(text) as StatementCounts & MemoryInUse;
}

const QUIET_MS = 60_000;

async function isQuiet(legwork: LegworkProcess): Promise<boolean> {
  const isOver = async () => {
    const { status, json } = await legwork.rest('GET', '/Calls.json?Status=in-progress');
    return status === 200 && Array.isArray(json['calls']) && json['calls'].length === 0;
  };
  const isNothingOwed = async () => (await legwork.health()).callbacks.pending === 0;
  return waitUntil(
    'Legwork is quiet',
    async () => (await isOver()) && (await isNothingOwed()),
    QUIET_MS,
  ).then(
    () => true,
    () => false,
  );
}
