import { DetectionPlaces } from '../../call/answering-machine/detection-places.ts';
import { ConferenceRooms } from '../../call/conference/conferences.ts';
import { CallQueues } from '../../call/queue/call-queues.ts';
import { LegJournal } from '../../call/leg/journal.ts';
import { LiveCalls } from '../../call/leg/live-calls.ts';
import { RunningRecordings } from '../../call/recording/running-recordings.ts';
import { RecordingLifecycle } from '../../call/recording/recording-lifecycle.ts';
import type { MessageSender } from '../../call/message/message-sender.ts';
import { Messages } from '../../call/message/messages.ts';
import { MediaStreams } from '../../call/stream/media-streams.ts';
import { Admission } from '../../call/routing/admission.ts';
import { CallerPace } from '../../call/routing/caller-pace.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { WorkShares } from '../../concurrency/work-shares.ts';
import { CompileTurns } from '../../rcml/document/compile-turns.ts';
import { CallRuns } from '../../rcml/run/call-runs.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';
import { CallbackDispatcher } from '../../webhooks/delivery/dispatcher.ts';
import { createDocuments } from '../../webhooks/documents.ts';
import { createDownload } from '../../webhooks/download.ts';
import type { HttpSender } from '../../webhooks/http-request.ts';
import type { Callees } from '../simulated-switch/callees.ts';
import { OpenDirectory } from '../simulated-switch/directory.ts';
import { noLegAudio, noStreamSockets } from '../simulated-switch/no-streams.ts';
import { SimulatedRecordings } from '../simulated-switch/recordings.ts';
import { SimulatedSwitch, type SimulatedSwitchParts } from '../simulated-switch/simulated-switch.ts';
import { SimulatedSounds } from '../simulated-switch/sounds.ts';
import { PUBLIC_URL } from './identity.ts';
import { ownRecording } from './own-recording.ts';
import { Tape, type TapeReader } from './tape.ts';
import { type RequestWatcher, watchedSender } from './watched-sender.ts';

/** As many as anybody wants: nobody shares the process with the calls of one author. */
const LIMITS = { callsPerSecond: 1_000, calls: 1_000 };
/** The product's defaults (QUEUE_MAX_SIZE, QUEUE_MAX_QUEUES). */
const QUEUE_LIMITS = { maxSize: 1_000, maxQueues: 1_000 };
/** The product's defaults (CALLBACK_RETRY_SCHEDULE_S, CALLBACK_CONCURRENCY). */
const RETRY_SCHEDULE_S = [1, 5, 30, 120, 600, 3600];
const CALLBACKS_AT_ONCE = { total: 512, perDestination: 64 };

export interface WorldParts {
  readonly clock: Clock;
  /** Reaches the application server. */
  readonly sender: HttpSender;
  readonly accountSid: string;
  readonly authToken: string;
  readonly callees: Callees;
  readonly watcher: WorldWatcher;
}

/** Whoever follows what happens in the world. */
export interface WorldWatcher
  extends RequestWatcher,
    TapeReader,
    Pick<SimulatedSwitchParts, 'hears' | 'taken'> {
  /** An inbound call was refused. */
  refused(why: string): void;
  /** An error inside Legwork. */
  bug(error: unknown): void;
}

/** Legwork with everything that runs calls and delivers callbacks, on a simulated switch and without a database. */
export interface World {
  readonly services: CallServices;
  readonly control: SimulatedSwitch;
  readonly directory: OpenDirectory;
  readonly tape: Tape;
  /** Not started yet. */
  readonly dispatcher: CallbackDispatcher;
}

export function buildWorld(parts: WorldParts): World {
  const { clock, watcher, accountSid } = parts;
  const tape = new Tape(clock, watcher);
  const verbOf = (callSid: string) => tape.verbOf(callSid);
  const outside = {
    sender: watchedSender({ sender: parts.sender, clock, watcher, verbOf }),
    authToken: (sid: string) => Promise.resolve(sid === accountSid ? parts.authToken : undefined),
  };
  const recordings = new SimulatedRecordings();
  const own = ownRecording(accountSid, recordings);
  const sounds = new SimulatedSounds({
    download: createDownload(outside.sender),
    ownRecordingMs: own.lengthMs,
  });
  const journal = new LegJournal({ store: tape, clock, onLost: (_callSid, error) => watcher.bug(error) });
  const calls = new LiveCalls(journal, (callSid) => Promise.resolve(tape.leg(callSid)));
  const control = new SimulatedSwitch({
    clock,
    sounds,
    recordings,
    listener: calls,
    callees: parts.callees,
    hears: (callSid, heard) => watcher.hears(callSid, heard),
    taken: (channelId, callSid) => watcher.taken(channelId, callSid),
  });
  const directory = new OpenDirectory(accountSid);
  const documents = createDocuments({ ...outside, ownRecording: own.find });
  const legs = { control, journal, calls, sounds, directory, documents };
  const recording = recordingServices(parts, { tape, control }, recordings);
  const services = {
    ...legs,
    ...recording,
    ...unlimited(parts, { tape, control }, recording.runningRecordings),
    messages: new Messages({
      store: tape,
      directory,
      sender: takesAll,
      clock,
      // There is no restart after which one would have to be read.
      find: () => Promise.resolve(undefined),
      onTrouble: (_sid, error) => watcher.bug(error),
    }),
  };
  const dispatcher = new CallbackDispatcher({
    ...outside,
    clock,
    queue: tape.queue,
    log: { warn: (fields) => watcher.bug(fields['err']) },
    policy: { scheduleS: RETRY_SCHEDULE_S, random: () => 0.5 },
    limits: CALLBACKS_AT_ONCE,
  });
  tape.onOwed((owed) => dispatcher.owed(owed));
  return { services, control, directory, tape, dispatcher };
}

/** On a simulated call nobody reads what `<Sms>` sends. */
const takesAll: MessageSender = { isReachable: true, send: () => Promise.resolve(undefined) };

/** What a process with nothing else to do has. */
function unlimited(
  { clock, watcher }: WorldParts,
  { tape: store, control }: Pick<World, 'tape' | 'control'>,
  recorder: RunningRecordings,
) {
  const shares = new WorkShares(clock, { read: () => ({ busy: 0, lateMs: 0 }) });
  return {
    clock,
    shares,
    audio: noLegAudio,
    streams: new MediaStreams({
      store,
      clock,
      audio: noLegAudio,
      sockets: noStreamSockets,
      maxStreams: 0,
      onTrouble: (_sid, error) => watcher.bug(error),
    }),
    rooms: new ConferenceRooms({
      store,
      control,
      clock,
      recorder,
      onTrouble: (_sid, error) => watcher.bug(error),
    }),
    queues: new CallQueues({ store, clock, onTrouble: (_sid, error) => watcher.bug(error) }, QUEUE_LIMITS),
    detections: new DetectionPlaces(Number.MAX_SAFE_INTEGER),
    compileTurns: new CompileTurns(clock),
    admission: new Admission(LIMITS, clock),
    pace: new CallerPace({ clock, shares, callsPerSecond: LIMITS.callsPerSecond }),
    runs: new CallRuns(),
    newToken: () => crypto.randomUUID(),
    onRefused: (_call: unknown, why: string) => watcher.refused(why),
    onBug: (_callSid: string, error: unknown) => watcher.bug(error),
  };
}

function recordingServices(
  { clock, watcher }: WorldParts,
  { tape: store, control }: Pick<World, 'tape' | 'control'>,
  files: SimulatedRecordings,
) {
  const recordings = new RecordingLifecycle({
    store,
    files,
    clock,
    recognizer: files,
    publicUrl: PUBLIC_URL,
    // A recording in which there is nothing is no trouble of ours.
    onTrouble: (_sid, trouble) => {
      if (trouble instanceof Error) watcher.bug(trouble);
    },
  });
  // There is no restart after which one would have to be read.
  const read = () => Promise.resolve(undefined);
  const runningRecordings = new RunningRecordings({ control, lifecycle: recordings, files, read });
  return { recordings, runningRecordings, recordingFiles: files, recognizer: files };
}
