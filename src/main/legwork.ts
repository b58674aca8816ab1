import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HttpServer, startHttpServer } from '../api/http/http-server.ts';
import { createApi } from '../api/http/server.ts';
import { AriError } from '../asterisk/ari/ari-error.ts';
import type { AriConnection } from '../asterisk/ari/connection.ts';
import { SipAccounts } from '../asterisk/sip-accounts/sip-accounts.ts';
import type { Live } from '../api/live/live.ts';
import type { Provisioning } from '../api/ports.ts';
import type { LiveCalls } from '../call/leg/live-calls.ts';
import { demoApplication } from '../demo/application.ts';
import { createFetchDocument } from '../lint/fetch-document.ts';
import { mediaRoutes } from '../media/routes.ts';
import { signedText, signText } from '../webhooks/signature.ts';
import type { CallbackDispatcher } from '../webhooks/delivery/dispatcher.ts';
import { buildCallMachinery, type CallMachinery } from './calls/call-machinery.ts';
import { callService } from './calls/call-service.ts';
import { type DemoPhone, ensureDemoData } from './data/demo-data.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { type LegworkOptions } from './legwork-options.ts';
import { keepFile } from './data/keep-file.ts';
import { healthProbes } from './health-probes.ts';
import { watching } from './live.ts';
import { mediaSettings } from './asterisk-access.ts';
import { reconcileCalls } from './calls/reconcile-calls.ts';
import { resumeCalls } from './calls/resume-calls.ts';
import { finishRecordings } from './sound/recordings.ts';
import { SetupError } from '../setup/setup-error.ts';
import { keepRetention } from './data/retention.ts';
import { syncSipAccounts } from './sip/sip-accounts.ts';
import { stopLegwork } from './calls/stop.ts';
import { trunkRules } from './sip/trunk-rules.ts';
import { Undo } from './undo.ts';
import { watchCalls } from './calls/watchdog.ts';

/** A running Legwork. */
export interface Legwork {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** Where the bundled Asterisk takes SIP. */
  readonly sip?: { readonly host: string; readonly port: number };
  readonly demoPhones: readonly DemoPhone[];
  readonly calls: LiveCalls;
  readonly dispatcher: CallbackDispatcher;
  readonly foundation: Foundation;
  /**
   * Takes no more calls, lets running ones go on for at most `drainMs`, ends the others, delivers what is
   * owed and can be delivered now, and stops everything that was started.
   */
  stop(drainMs: number): Promise<void>;
}

const START_STOPS_WITHIN_MS = 5_000;
/** Where the build puts the console, whether this runs from src/ or from dist/. */
const CONSOLE_FOLDER = fileURLToPath(new URL('../../dist/console/', import.meta.url));

/** Asked to stop while it waited for Asterisk, or for something else that may never come. */
export class StartStopped extends Error {
  override readonly name = 'StartStopped';
}

/**
 * Builds everything, connects it, and resolves when the first call can come. Undoes what it did when it fails.
 *
 * @throws StartStopped when `options.stopped` aborts before Asterisk is there
 */
export async function startLegwork(options: LegworkOptions): Promise<Legwork> {
  const undo = new Undo();
  const built = build(options, undo);
  try {
    return await unlessStopped(built, options);
  } catch (error) {
    await undo
      .run()
      .catch((err: unknown) =>
        options.log.warn({ err }, 'Something that was started could not be stopped properly'),
      );
    // It ends when what it waits for was stopped; the reason is known already.
    void built.catch(() => undefined);
    throw error;
  }
}

/** A wait for Asterisk ends by itself when we are asked to stop; any other wait (a full disk) may never end. */
async function unlessStopped(built: Promise<Legwork>, { clock, stopped }: LegworkOptions): Promise<Legwork> {
  let cancel: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    stopped?.addEventListener('abort', () => {
      cancel = clock.after(START_STOPS_WITHIN_MS, () => reject(new StartStopped()));
    });
  });
  return await Promise.race([built, givenUp]).finally(() => cancel());
}

async function build(options: LegworkOptions, undo: Undo): Promise<Legwork> {
  const foundation = await layFoundation(options, undo);
  const { config, ari, asterisk, clock, first, log, store } = foundation;
  const machinery = buildCallMachinery(foundation, undo);
  const { services, dispatcher } = machinery;
  // What a former process left is read before anything new can come.
  const leftBehind = await store.unfinishedLegs();
  const unfinishedRecordings = await store.repositories.recordings.unfinished();
  services.rooms.restore(await store.repositories.conferences.unfinished());
  const accounts = new SipAccounts(ari, { log, clock, ...mediaSettings(config) });
  const { live, provisioning } = watching(foundation, accounts);
  const server = await serve(foundation, machinery, provisioning, live);
  undo.add(() => server.close());
  // Streams would hold up the server's end.
  undo.add(() => live.close());
  const demoPhones = await demoData(foundation);
  options.progress('Connecting to Asterisk');
  await connect(ari, options.stopped);
  await resumeCalls(leftBehind, machinery, log);
  finishRecordings(services.recordings, unfinishedRecordings, leftBehind);
  await afterConnect(foundation, machinery, accounts);
  undo.add(ari.onUp(() => void afterConnect(foundation, machinery, accounts)));
  dispatcher.start();
  undo.add(keepRetention(foundation));
  undo.add(watchCalls(foundation, machinery));
  return {
    url: config.publicUrl,
    accountSid: first.account.sid,
    authToken: first.account.authToken,
    ...(asterisk.sip === undefined ? {} : { sip: asterisk.sip }),
    demoPhones,
    calls: services.calls,
    dispatcher,
    foundation,
    stop: (drainMs) => stopLegwork(services, dispatcher, undo, drainMs),
  };
}

async function connect(ari: AriConnection, stopped: AbortSignal | undefined): Promise<void> {
  const isStopped = () => stopped?.aborted === true;
  const giveUp = () => ari.close();
  if (isStopped()) throw new StartStopped();
  stopped?.addEventListener('abort', giveUp);
  try {
    await ari.connect();
  } catch (error) {
    if (isStopped()) throw new StartStopped();
    throw error instanceof AriError ? new SetupError(`${error.message} (see ARI_URL)`) : error;
  } finally {
    stopped?.removeEventListener('abort', giveUp);
  }
}

function serve(
  foundation: Foundation,
  machinery: CallMachinery,
  provisioning: Provisioning,
  live: Live,
): Promise<HttpServer> {
  const { services, metrics } = machinery;
  const { ari, config, clock, log, version, store, mediaStore, recording } = foundation;
  const api = createApi(
    {
      repositories: store.repositories,
      callService: callService(services, store.repositories.calls, () => ari.state() === 'up'),
      provisioning,
      trunkRules: trunkRules(foundation, machinery),
      rooms: services.rooms,
      probes: healthProbes(foundation),
      metrics,
      recordings: { sounds: recording.recordingFiles, authRequired: config.recordingAuth },
      fetchDocument: createFetchDocument(foundation.sender),
      compileTurns: services.compileTurns,
      shares: services.shares,
      directory: services.directory,
      signing: { signedText, signText },
      documentP95Ms: (accountSid) => foundation.recentDocuments.p95(accountSid),
      live,
      ...(config.console
        ? { console: { folder: CONSOLE_FOLDER, allowedAccounts: config.consoleAccounts } }
        : {}),
      trustedProxies: config.trustedProxies,
      clock,
      log,
      pid: process.pid,
      version,
    },
    mediaRoutes(mediaStore),
    ...(config.demo ? [demoApplication()] : []),
  );
  return startHttpServer(api.callback(), { host: config.httpHost, port: config.httpPort, clock });
}

async function demoData({ config, first, store, clock }: Foundation): Promise<readonly DemoPhone[]> {
  if (!config.demo) return [];
  return ensureDemoData({
    accountSid: first.account.sid,
    publicUrl: config.publicUrl,
    repositories: store.repositories,
    keep: keepFile(join(config.dataDir, 'demo.json')),
    clock,
  });
}

/** After every connect: gives Asterisk the database's SIP accounts, and removes channels and bridges that belong to no leg. */
async function afterConnect(
  foundation: Foundation,
  machinery: CallMachinery,
  accounts: SipAccounts,
): Promise<void> {
  const { config, log, store } = foundation;
  const { trunkNetworkBits } = config;
  try {
    await syncSipAccounts(accounts, store.repositories, { trunkNetworkBits, log });
    await machinery.control.takeUp();
    const { hungUp, destroyedBridges } = await reconcileCalls(
      machinery.services.calls.all(),
      foundation,
      machinery,
    );
    if (hungUp + destroyedBridges > 0) {
      log.warn({ hungUp, destroyedBridges }, 'Channels and bridges that belonged to no call were removed');
    }
  } catch (error) {
    // The connection broke again: its next `up` does this once more.
    log.warn({ err: error }, 'Asterisk could not be brought in line with the database');
  }
}
