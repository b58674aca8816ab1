import { FailureLimiter } from '../../api/http/failure-limiter.ts';
import { startHttpServer } from '../../api/http/http-server.ts';
import { createApi } from '../../api/http/server.ts';
import { within } from '../../concurrency/deadline.ts';
import { createFetchDocument } from '../../lint/fetch-document.ts';
import { mediaRoutes } from '../../media/routes.ts';
import { adoptSingle } from '../../store/lease/adopt-single.ts';
import { LeaseKeeper } from '../../store/lease/lease-keeper.ts';
import { describeSwitch } from '../../store/lease/lease-table.ts';
import { sayState } from '../../store/lease/node-name.ts';
import { Placement } from '../../store/lease/placement.ts';
import { DatabaseNews } from '../../store/news/database-news.ts';
import { ProxyRegistrations } from '../../store/proxy-registrations.ts';
import { createDocuments } from '../../webhooks/documents.ts';
import { signedText, signText } from '../../webhooks/signature.ts';
import { CONSOLE_FOLDER } from '../console-folder.ts';
import { startReplayJobs } from '../callbacks/replay-jobs.ts';
import { keepRetention } from '../data/retention.ts';
import type { LegworkOptions } from '../legwork-options.ts';
import { watching } from '../live.ts';
import type { RunningLegwork } from '../running-legwork.ts';
import { directoryWithin, ownSip, sipEgress } from '../sip/sip-directory.ts';
import { sipSetup } from '../sip/sip-setup.ts';
import { trunkTester } from '../sip/test-trunk.ts';
import { trunkRules } from '../sip/trunk-rules.ts';
import { tlsFiles } from '../tls-files.ts';
import { serveWebPhones } from '../web/serve-web-phones.ts';
import { started } from '../started.ts';
import type { Undo } from '../undo.ts';
import { HeldSwitches } from './held-switches.ts';
import {
  nodeCallService,
  nodeMessages,
  nodeQueues,
  nodeRecordingService,
  nodeRooms,
  nodeStreams,
} from './node-calls.ts';
import { mergedChanges, nodeCallbacks, nodeProbes, nodeSounds } from './node-facades.ts';
import { NodeClient } from './node-client.ts';
import { layNodeFoundation, type NodeFoundation } from './node-foundation.ts';
import { nodeMetrics } from './node-metrics.ts';
import { nodeWebPhones } from './node-web-phones.ts';
import { compareAll, follow, nodeProvisioning } from './node-provisioning.ts';
import { stopNode } from './stop-node.ts';
import { describeOwn } from './switch-settings.ts';
import { ClusterMap } from './whereabouts.ts';

/** How long the start waits until somebody drives this node's own switch. */
const DRIVEN_WITHIN_MS = 30_000;
const COMPARE_EACH_MS = 60_000;

/** Starts one node of several; resolves when its own switch is driven, by this node or by another. */
export function startNode(options: LegworkOptions): Promise<RunningLegwork> {
  return started(options, build);
}

async function build(options: LegworkOptions, undo: Undo): Promise<RunningLegwork> {
  const late: Late = {};
  const laid = await layNodeFoundation(
    options,
    {
      settled: () =>
        Promise.all((late.held?.units ?? []).map(({ foundation }) => foundation.store.settled())),
      onWritten: () => late.news?.tell({ kind: 'rows' }),
    },
    undo,
  );
  const metrics = nodeMetrics(
    laid,
    () => late.held,
    () => late.map,
  );
  const node: NodeFoundation = { ...laid, shared: { ...laid.shared, metrics } };
  const held = new HeldSwitches(node);
  late.held = held;
  const keeper = startKeeper(node, held, undo);
  const news = startNews(node, held, undo);
  late.news = news;
  await adoptSingle(node.database, node.self.name);
  await describeSwitch(node.looks, describeOwn(node.config, node.asterisk, node.cipher));
  const client = new NodeClient(node.clock);
  undo.add(() => client.close());
  const stopping = { isStopping: false };
  const map = new ClusterMap({
    node,
    held,
    keeper,
    placement: new Placement(node.database),
    client,
    isStopping: () => stopping.isStopping,
  });
  late.map = map;
  node.switchCommands.connect((command) => map.commandAt(command));
  await serve(node, { held, news, map, stopping }, undo);
  const removeUnusedQueues = (before: number) =>
    Promise.all(held.ready.map(({ machinery }) => machinery.services.queues.removeUnused(before)));
  undo.add(keepRetention({ ...node, removeUnusedQueues }));
  await sayState(node.looks, node.self, 'up');
  keeper.takeSwitches(true);
  await driven(node, keeper);
  return legworkOf(node, {
    stop: (drainMs) => {
      stopping.isStopping = true;
      return stopNode({ node, held, keeper, undo, drainMs });
    },
  });
}

/** What is made from what needs it. */
interface Late {
  held?: HeldSwitches;
  news?: DatabaseNews;
  map?: ClusterMap;
}

function startKeeper(node: NodeFoundation, held: HeldSwitches, undo: Undo): LeaseKeeper {
  const { renewals, looks, self, ownClock, log, clock } = node;
  const keeper: LeaseKeeper = new LeaseKeeper({
    renewals,
    looks,
    node: self,
    clock: ownClock,
    log,
    stateOf: (id) => held.stateOf(id),
    onTaken: (lease, row, former) => void held.taken(lease, row, former),
    onWanted: (id) => void held.handOver(id),
    onTime: (now, at) => clock.set(now, at),
    onNameLost: () => {
      log.fatal({ node: self.name }, 'Another process has the name of this node');
      node.databaseTaken?.(`NODE_NAME "${self.name}" belongs to another node now.`);
    },
  });
  held.connect(keeper);
  keeper.start();
  undo.add(() => keeper.stop());
  return keeper;
}

function startNews(node: NodeFoundation, held: HeldSwitches, undo: Undo): DatabaseNews {
  const { clock, log, known } = node;
  const compare = () => {
    known.forget();
    void compareAll(held);
  };
  const news = new DatabaseNews({
    url: node.databaseUrl,
    instance: node.self.instance,
    clock: node.ownClock,
    log,
    onNews: (told) =>
      void follow(told, node, held).catch((error: unknown) =>
        log.warn({ reason: String(error) }, 'A change of another node could not be followed'),
      ),
    onTrust: (isTrusted) => {
      known.trust(isTrusted);
      if (isTrusted) compare();
    },
  });
  news.start();
  undo.add(() => news.stop());
  let cancel = clock.after(COMPARE_EACH_MS, again);
  function again(): void {
    cancel = clock.after(COMPARE_EACH_MS, again);
    compare();
  }
  undo.add(() => cancel());
  return news;
}

interface Served {
  readonly held: HeldSwitches;
  readonly news: DatabaseNews;
  readonly map: ClusterMap;
  readonly stopping: { readonly isStopping: boolean };
}

async function serve(node: NodeFoundation, served: Served, undo: Undo): Promise<void> {
  const { held, news, map, stopping } = served;
  const { config, clock, log, version, store, mediaStore, shared, sender, recentDocuments } = node;
  const probes = nodeProbes(node, held);
  const egress = sipEgress({ config, clock, store, asterisk: node.asterisk });
  const { live, provisioning } = watching({
    ...node,
    store: { ...store, changes: mergedChanges(store.changes, held) },
    probes,
    provisioning: nodeProvisioning(
      held,
      news,
      node.sipProxy === undefined ? undefined : new ProxyRegistrations(node.database),
    ),
  });
  const failures = new FailureLimiter(clock);
  const web = serveWebPhones(
    {
      ...node,
      repositories: store.repositories,
      provisioning,
      failures,
      ...nodeWebPhones(node, held),
    },
    undo,
  );
  const callbacks = nodeCallbacks(store.repositories.callbacks, map);
  const { jobs } = store.repositories;
  const api = createApi(
    {
      repositories: { ...store.repositories, callbacks },
      replayJobs: startReplayJobs({ callbacks, jobs, isAlone: false, clock, log }, undo),
      callService: nodeCallService(node, held, () => stopping.isStopping),
      streamService: nodeStreams(held),
      messages: nodeMessages(held, node.config.maxCalls),
      provisioning,
      trunkRules: trunkRules(
        { config, sipEgress: egress, store },
        { phones: () => held.units.flatMap(({ machinery }) => machinery.phones()) },
      ),
      ...sipSetup(node),
      testTrunk: trunkTester({ asterisk: node.asterisk, clock, sipEgress: egress }),
      rooms: nodeRooms(held),
      queues: nodeQueues(held, node.config.maxCalls),
      probes,
      logLines: node.logLines,
      metrics: shared.metrics,
      recordings: {
        service: nodeRecordingService(held),
        sounds: await nodeSounds(node, held),
        authRequired: config.recordingAuth,
      },
      fetchDocument: createFetchDocument(sender),
      askDocument: (request) => createDocuments(node).request(request),
      compileTurns: shared.compileTurns,
      shares: shared.shares,
      directory: directoryWithin(store.directory, egress, ownSip(config)),
      signing: { signedText, signText },
      documentP95Ms: (accountSid) => recentDocuments.p95(accountSid),
      live,
      sipInMemory: (callSids) => node.sipTracing?.traces?.of(callSids) ?? [],
      cluster: map,
      ...(web === undefined ? {} : { webPhones: web.access }),
      webPhonesOff: config.webPhonesOff,
      ice: config.ice,
      failures,
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
  );
  const server = await startHttpServer(api.callback(), {
    host: config.httpHost,
    port: config.httpPort,
    clock,
    ...(web === undefined
      ? {}
      : { upgrade: (request, socket, head) => web.phones.upgrade(request, socket, head) }),
    ...(config.tls === undefined ? {} : { tls: tlsFiles(config.tls, { clock, log }) }),
  });
  undo.add(() => server.close());
  undo.add(() => web?.phones.close());
  // Streams would hold up the server's end.
  undo.add(() => live.close());
}

/** Until this node's switch is driven, or that takes too long: it may be that nobody can reach it now. */
async function driven({ self, clock, log, stopped }: NodeFoundation, keeper: LeaseKeeper): Promise<void> {
  const isDriven = async () => {
    while (
      !keeper.view.switches.some(
        ({ id, node, state }) => id === self.name && node !== undefined && state === 'up',
      )
    ) {
      if (stopped?.aborted === true) return true;
      await clock.sleep(100);
    }
    return true;
  };
  const isInTime = await within(clock, DRIVEN_WITHIN_MS, isDriven, false);
  if (!isInTime) log.warn({ switch: self.name }, 'No node drives the switch of this node yet');
}

function legworkOf(node: NodeFoundation, { stop }: Pick<RunningLegwork, 'stop'>): RunningLegwork {
  const { config, first, asterisk } = node;
  return {
    url: config.publicUrl,
    accountSid: first.account.sid,
    authToken: first.account.authToken,
    ...(asterisk.sip === undefined ? {} : { sip: asterisk.sip }),
    demoPhones: [],
    stop,
  };
}
