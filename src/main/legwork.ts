import { join } from 'node:path';
import { FailureLimiter } from '../api/http/failure-limiter.ts';
import { checkAsteriskVersion } from './asterisk-version.ts';
import { type HttpServer, startHttpServer } from '../api/http/http-server.ts';
import { createApi } from '../api/http/server.ts';
import { AriError } from '../asterisk/ari/ari-error.ts';
import type { AriConnection } from '../asterisk/ari/connection.ts';
import { removeLeftSpeech } from '../asterisk/legs/left-speech.ts';
import { SipAccounts } from '../asterisk/sip-accounts/sip-accounts.ts';
import type { ReplayJobs } from '../api/jobs/replay-jobs.ts';
import type { Live } from '../api/live/live.ts';
import type { HealthProbes, Provisioning } from '../api/ports.ts';
import type { LiveCalls } from '../call/leg/live-calls.ts';
import { demoApplication } from '../demo/application.ts';
import { createFetchDocument } from '../lint/fetch-document.ts';
import { mediaRoutes } from '../media/routes.ts';
import { createDocuments } from '../webhooks/documents.ts';
import { signedText, signText } from '../webhooks/signature.ts';
import type { CallbackDispatcher } from '../webhooks/delivery/dispatcher.ts';
import { buildCallMachinery, type CallMachinery } from './calls/call-machinery.ts';
import { callService } from './calls/call-service.ts';
import { recordingService } from './calls/recording-service.ts';
import { streamService } from './calls/stream-service.ts';
import { type DemoPhone, ensureDemoData } from './data/demo-data.ts';
import type { RunningLegwork } from './running-legwork.ts';
import { started, StartStopped } from './started.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { type LegworkOptions } from './legwork-options.ts';
import { CONSOLE_FOLDER } from './console-folder.ts';
import { keepFile } from './data/keep-file.ts';
import { sipSetup } from './sip/sip-setup.ts';
import { examine } from './doctor/examine.ts';
import { healthProbes } from './health-probes.ts';
import { watching } from './live.ts';
import { mediaSettings } from './asterisk-access.ts';
import { bringInLine } from './bring-in-line.ts';
import { startReplayJobs } from './callbacks/replay-jobs.ts';
import { resumeCalls } from './calls/resume-calls.ts';
import { goOnRecording } from './sound/recordings.ts';
import { SetupError } from '../setup/setup-error.ts';
import { keepRetention } from './data/retention.ts';
import { stopLegwork } from './calls/stop.ts';
import { hasCall } from './web/live-sip-calls.ts';
import { type ServedWebPhones, serveWebPhones } from './web/serve-web-phones.ts';
import { tlsFiles } from './tls-files.ts';
import { usableTokens } from './web/client-tokens.ts';
import { trunkTester } from './sip/test-trunk.ts';
import { trunkRules } from './sip/trunk-rules.ts';
import type { Undo } from './undo.ts';
import { watchCalls } from './calls/watchdog.ts';

/** A running Legwork that has the database to itself. */
export interface Legwork extends RunningLegwork {
  readonly calls: LiveCalls;
  readonly dispatcher: CallbackDispatcher;
  readonly foundation: Foundation;
}

/** Starts a Legwork that has the database to itself; resolves when the first call can come. @throws what `started` throws */
export function startLegwork(options: LegworkOptions): Promise<Legwork> {
  return started(options, build);
}

async function build(options: LegworkOptions, undo: Undo): Promise<Legwork> {
  const foundation = await layFoundation(options, undo);
  const { config, ari, asterisk, clock, first, log, store } = foundation;
  const machinery = buildCallMachinery(foundation, undo);
  const { services, dispatcher } = machinery;
  // What a former process left is read before anything new can come.
  const leftBehind = await store.unfinishedLegs();
  const unfinishedRecordings = await store.repositories.recordings.unfinished();
  const unfinishedStreams = await store.repositories.streams.unfinished();
  const unfinishedMessages = await store.repositories.messages.unfinished();
  services.rooms.restore(await store.repositories.conferences.unfinished());
  services.queues.restore(await store.repositories.queues.kept());
  const webTokens = usableTokens(store.repositories, clock);
  const accounts = new SipAccounts(ari, { log, clock, webTokens, ...mediaSettings(config) });
  const { live, provisioning } = watching({
    ...foundation,
    probes: probesOf(foundation, machinery),
    provisioning: accounts,
  });
  const failures = new FailureLimiter(clock);
  const web = serveWebPhones(
    {
      ...foundation,
      repositories: store.repositories,
      provisioning,
      endRegistrations: (login, ports) => accounts.endWebRegistrations(login, ports),
      failures,
      asteriskUrl: asterisk.url,
      isAsteriskUp: () => ari.state() === 'up',
      isLiveCall: (sipCallId) => hasCall(services.calls, sipCallId),
    },
    undo,
  );
  const replayJobs = startReplayJobs({ ...foundation, ...store.repositories, isAlone: true }, undo);
  const server = await serve(foundation, machinery, { provisioning, live, failures, web, replayJobs });
  undo.add(() => server.close());
  undo.add(() => web?.phones.close());
  // Streams would hold up the server's end.
  undo.add(() => live.close());
  const demoPhones = await demoData(foundation);
  options.progress('Connecting to Asterisk');
  await connect(ari, options.stopped);
  await checkAsteriskVersion(ari, log);
  await removeLeftSpeech(ari, log);
  await services.messages.finishLeftBehind(unfinishedMessages);
  await resumeCalls(leftBehind, machinery, log);
  goOnRecording(services, unfinishedRecordings, leftBehind);
  services.streams.finishLeftBehind(unfinishedStreams);
  await bringInLine(foundation, machinery, accounts);
  undo.add(ari.onUp(() => void bringInLine(foundation, machinery, accounts)));
  dispatcher.start();
  undo.add(
    keepRetention({ ...foundation, removeUnusedQueues: (before) => services.queues.removeUnused(before) }),
  );
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

interface Served {
  readonly provisioning: Provisioning;
  readonly live: Live;
  readonly failures: FailureLimiter;
  readonly web: ServedWebPhones | undefined;
  readonly replayJobs: ReplayJobs;
}

function serve(
  foundation: Foundation,
  machinery: CallMachinery,
  { provisioning, live, failures, web, replayJobs }: Served,
): Promise<HttpServer> {
  const { services, metrics } = machinery;
  const { ari, config, clock, log, version, store, mediaStore, recording } = foundation;
  const api = createApi(
    {
      repositories: store.repositories,
      callService: callService(services, store.repositories.calls, () => ari.state() === 'up'),
      streamService: streamService(services),
      messages: services.messages,
      provisioning,
      trunkRules: trunkRules(foundation, machinery),
      testTrunk: trunkTester(foundation),
      rooms: services.rooms,
      queues: services.queues,
      replayJobs,
      probes: probesOf(foundation, machinery),
      ...sipSetup(foundation),
      examine: () => examine(foundation, provisioning),
      logLines: foundation.logLines,
      metrics,
      recordings: {
        service: recordingService(services),
        sounds: recording.recordingFiles,
        authRequired: config.recordingAuth,
      },
      fetchDocument: createFetchDocument(foundation.sender),
      askDocument: (request) => createDocuments(foundation).request(request),
      compileTurns: services.compileTurns,
      shares: services.shares,
      directory: services.directory,
      signing: { signedText, signText },
      documentP95Ms: (accountSid) => foundation.recentDocuments.p95(accountSid),
      live,
      sipInMemory: (callSids) => foundation.sipTracing?.traces?.of(callSids) ?? [],
      ...(config.console
        ? { console: { folder: CONSOLE_FOLDER, allowedAccounts: config.consoleAccounts } }
        : {}),
      ...(web === undefined ? {} : { webPhones: web.access }),
      webPhonesOff: config.webPhonesOff,
      ice: config.ice,
      failures,
      trustedProxies: config.trustedProxies,
      clock,
      log,
      pid: process.pid,
      version,
    },
    mediaRoutes(mediaStore),
    ...(config.demo ? [demoApplication()] : []),
  );
  return startHttpServer(api.callback(), {
    host: config.httpHost,
    port: config.httpPort,
    clock,
    ...(web === undefined
      ? {}
      : { upgrade: (request, socket, head) => web.phones.upgrade(request, socket, head) }),
    ...(config.tls === undefined ? {} : { tls: tlsFiles(config.tls, { clock, log }) }),
  });
}

/** What `GET /health` looks at. */
function probesOf(foundation: Foundation, { services }: CallMachinery): HealthProbes {
  return { ...healthProbes(foundation), streamsTrouble: () => services.streams.trouble };
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
