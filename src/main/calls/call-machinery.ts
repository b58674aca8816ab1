import type { Metrics } from '../../api/metrics/metrics.ts';
import { AsteriskCallControl } from '../../asterisk/call-control.ts';
import type { KnownPhone } from '../../asterisk/sip-guard/known-phones.ts';
import { DetectionPlaces } from '../../call/answering-machine/detection-places.ts';
import { Admission } from '../../call/routing/admission.ts';
import { CallerPace } from '../../call/routing/caller-pace.ts';
import { ConferenceRooms } from '../../call/conference/conferences.ts';
import { RunningRecordings } from '../../call/recording/running-recordings.ts';
import { CallQueues } from '../../call/queue/call-queues.ts';
import { LegJournal } from '../../call/leg/journal.ts';
import { type Advance, type Leg, statusOf } from '../../call/leg/leg.ts';
import { LiveCalls } from '../../call/leg/live-calls.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { OwnThreadLoad } from '../../concurrency/thread-load.ts';
import { WorkShares } from '../../concurrency/work-shares.ts';
import { CompileTurns } from '../../rcml/document/compile-turns.ts';
import { CallRuns } from '../../rcml/run/call-runs.ts';
import { type CallServices, takeInboundCall } from '../../rcml/run/inbound-calls.ts';
import { CallbackDispatcher } from '../../webhooks/delivery/dispatcher.ts';
import { createDocuments } from '../../webhooks/documents.ts';
import type { Logger } from '../../logger.ts';
import { SampledLog } from '../../sampled-log.ts';
import type { Foundation } from '../foundation.ts';
import { guardSip, watchRefusals } from '../sip/guard-sip.ts';
import type { Refusals } from '../sip/refusals.ts';
import { mediaSettings } from '../asterisk-access.ts';
import { mediaStreams } from './media-streams.ts';
import { messagesOf } from './messages.ts';
import { measuredDocuments, measuredQueue, metricsOf } from '../metrics.ts';
import { traceLegs } from '../sip/sip-tracing.ts';
import { directoryWithin, ownSip } from '../sip/sip-directory.ts';
import type { Undo } from '../undo.ts';

/** Connections for callbacks altogether; the scheduler decides how they are shared. */
const CALLBACKS_AT_ONCE = 512;

/** What runs calls and delivers what they owe. */
export interface CallMachinery {
  readonly control: AsteriskCallControl;
  readonly services: CallServices;
  /** Not started yet. */
  readonly dispatcher: CallbackDispatcher;
  readonly metrics: Metrics;
  /** The addresses from which clients have lately proved their passwords, as far as that is known. */
  readonly phones: () => readonly KnownPhone[];
  /** Addresses that are shut out now because they guessed SIP passwords. */
  readonly blocked: () => number;
}

/** What the machineries of one process share, where it drives several switches. */
export interface SharedMachinery {
  readonly metrics: Metrics;
  readonly shares: WorkShares;
  readonly compileTurns: CompileTurns;
}

export function buildCallMachinery(
  foundation: Foundation,
  undo: Undo,
  shared?: SharedMachinery,
): CallMachinery {
  const { ari, asterisk, clock, log, config, mediaStore, store, sipProxy } = foundation;
  const metrics =
    shared?.metrics ??
    metricsOf(
      foundation,
      () => calls,
      () => services.queues.all(),
      () => streams.totals.figures,
      () => guard?.blocked ?? 0,
    );
  const journal = legJournal(foundation, metrics);
  const calls = new LiveCalls(journal, (callSid) => store.leg(callSid));
  const control = new AsteriskCallControl({
    ari,
    clock,
    log,
    legs: calls,
    // No call is offered before `ari.connect`, so this may name what is made below.
    inbound: (call) => void takeInboundCall(call, services),
    media: mediaSettings(config),
    ...(sipProxy === undefined ? {} : { proxy: sipProxy }),
    ...(foundation.links === undefined ? {} : { links: foundation.links }),
    ...(asterisk.readsOurFiles ? { soundFile: (url) => mediaStore.fileOf(url) } : {}),
  });
  undo.add(() => control.close());
  const traces = foundation.sipTracing?.traces;
  if (traces !== undefined) undo.add(traceLegs(traces, foundation));
  const refusals = watchRefusals(foundation, (code, reason) => metrics.sipRefused(code, reason), undo);
  const guard = guardSip(foundation, { onBlocked: () => metrics.sipBlocked(), refusals });
  undo.add(() => guard?.close());
  const streams = mediaStreams(foundation, control.audio, { undo, metrics });
  const onRefused = refusalLog(log, clock, refusals);
  const directory = directoryWithin(foundation.store.directory, foundation.sipEgress, ownSip(config));
  const messages = messagesOf(foundation, directory, undo);
  const legs = {
    control,
    audio: control.audio,
    journal,
    calls,
    streams,
    directory,
    messages,
    onRefused,
  };
  const services = callServices(foundation, legs, metrics, shared);
  undo.add(() => services.queues.close());
  const dispatcher = callbackDispatcher(foundation, { metrics, shares: services.shares }, undo);
  const blocked = () => guard?.blocked ?? 0;
  return { control, services, dispatcher, metrics, phones: () => guard?.phones() ?? [], blocked };
}

function legJournal({ store, clock, log }: Foundation, metrics: Metrics): LegJournal {
  return new LegJournal({
    store: store.journal,
    clock,
    onChange: (leg, change) => {
      logChange(log, leg, change);
      if (change.state.phase === 'ended') metrics.legEnded(leg.direction, change.state.status);
    },
    onLost: (callSid, err) => log.error({ callSid, err }, 'A change of a call could not be stored'),
  });
}

function callServices(
  foundation: Foundation,
  legs: Pick<
    CallServices,
    'control' | 'audio' | 'journal' | 'calls' | 'streams' | 'directory' | 'messages' | 'onRefused'
  >,
  metrics: Metrics,
  shared?: SharedMachinery,
): CallServices {
  const { config, clock, log, store, authToken, sender, ownRecording, sounds, recording } = foundation;
  const limits = { callsPerSecond: config.maxCallsPerSecond, calls: config.maxCalls };
  const shares = shared?.shares ?? new WorkShares(clock, new OwnThreadLoad());
  const pace = new CallerPace({ clock, shares, callsPerSecond: limits.callsPerSecond });
  const runningRecordings = new RunningRecordings({
    control: legs.control,
    lifecycle: recording.recordings,
    files: recording.recordingFiles,
    read: ({ accountSid, sid }) => store.repositories.recordings.find(accountSid, sid),
  });
  const rooms = new ConferenceRooms(
    {
      store: store.journal,
      control: legs.control,
      clock,
      recorder: runningRecordings,
      onTrouble: (conferenceSid, err) =>
        log.error({ conferenceSid, err }, 'A change of a conference could not be stored'),
    },
    foundation.links?.elsewhere,
  );
  const queues = new CallQueues(
    {
      store: store.journal,
      clock,
      onTrouble: (queueSid, err) => log.error({ queueSid, err }, 'A change of a queue could not be stored'),
      onLeft: (result, waitedS) => metrics.queueLeft(result, waitedS),
    },
    { maxSize: config.queueMaxSize, maxQueues: config.queueMaxQueues },
  );
  return {
    ...legs,
    detections: new DetectionPlaces(config.amdMax),
    rooms,
    queues,
    clock,
    sounds,
    ...recording,
    runningRecordings,
    documents: foundation.recentDocuments.counting(
      measuredDocuments(createDocuments({ sender, authToken, ownRecording }), metrics),
    ),
    compileTurns: shared?.compileTurns ?? new CompileTurns(clock),
    shares,
    admission: new Admission(limits, clock, {
      canStore: () => store.healthy,
      load: new OwnThreadLoad(),
      shares,
      pace,
    }),
    pace,
    runs: new CallRuns(),
    newToken: () => crypto.randomUUID(),
    onBug: (callSid, err) => log.error({ callSid, err }, 'An error inside Legwork; the call is ended'),
  };
}

/** Logs only a sample: anybody can have calls refused, as many as they like. */
function refusalLog(log: Logger, clock: Clock, refusals: Refusals): CallServices['onRefused'] {
  const sampled = new SampledLog(clock, (leftOut) => log.warn(leftOut, 'Lines of this log were left out'));
  return (call, why, reason) => {
    refusals.byLegwork(call, why, reason);
    const { source, from, dialled } = call;
    const whose = source.kind === 'trunk' ? source.trunkSid : source.login;
    const admitted = sampled.admits('inbound call refused', whose);
    log[admitted ? 'warn' : 'debug']({ from, dialled, why }, 'An inbound call was refused');
  };
}

/** One line for each call event, so that an operator can follow a call; numbers and names are not secret here. */
function logChange(
  log: Logger,
  { sid, parentCallSid, direction, from, to }: Leg,
  { state, event }: Advance,
): void {
  if (event === undefined) return;
  const cause = state.phase === 'ended' ? { cause: state.cause } : {};
  const parent = parentCallSid === undefined ? {} : { parentCallSid };
  log.info(
    { callSid: sid, ...parent, direction, from, to, status: statusOf(state), ...cause },
    `Leg ${event}`,
  );
}

function callbackDispatcher(
  { config, clock, log, store, authToken, callbackSender }: Foundation,
  { metrics, shares }: { readonly metrics: Metrics; readonly shares: WorkShares },
  undo: Undo,
): CallbackDispatcher {
  const dispatcher = new CallbackDispatcher({
    queue: measuredQueue(store.callbackQueue, metrics),
    shares,
    authToken,
    sender: callbackSender,
    clock,
    log,
    policy: { scheduleS: config.callbackRetryScheduleS, random: Math.random },
    limits: { total: CALLBACKS_AT_ONCE, perDestination: config.callbackConcurrency },
  });
  undo.add(() => dispatcher.stop());
  undo.add(store.onCallbacks((owed) => dispatcher.owed(owed)));
  return dispatcher;
}
