import { DetectionPlaces } from '../../src/call/answering-machine/detection-places.ts';
import assert from 'node:assert/strict';
import { ConferenceRooms } from '../../src/call/conference/conferences.ts';
import { CallQueues } from '../../src/call/queue/call-queues.ts';
import { LegJournal } from '../../src/call/leg/journal.ts';
import type { Leg } from '../../src/call/leg/leg.ts';
import { LiveCalls } from '../../src/call/leg/live-calls.ts';
import type { LiveLeg } from '../../src/call/leg/live-leg.ts';
import type { ReportedInput } from '../../src/call/leg/leg.ts';
import { RunningRecordings } from '../../src/call/recording/running-recordings.ts';
import { Messages } from '../../src/call/message/messages.ts';
import { MediaStreams } from '../../src/call/stream/media-streams.ts';
import { RecordingLifecycle } from '../../src/call/recording/recording-lifecycle.ts';
import { CompileTurns } from '../../src/rcml/document/compile-turns.ts';
import { runCall } from '../../src/rcml/run/call-runner.ts';
import { CallRuns } from '../../src/rcml/run/call-runs.ts';
import type { Fallback, FirstDocument } from '../../src/rcml/run/call-start.ts';
import { idleShares } from './work-shares.ts';
import { FakeCallControl } from './fake-call-control.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeDocuments } from './fake-documents.ts';
import { FakeRecognizer, FakeRecordingFiles } from './fake-recording-files.ts';
import { FakeLegAudio } from './fake-leg-audio.ts';
import { FakeMessageSender } from './fake-message-sender.ts';
import { FakeStreamSockets } from './fake-stream-sockets.ts';
import { FakeSounds } from './fake-sounds.ts';
import { MemoryJournalStore } from './memory-journal-store.ts';

export const ACCOUNT = `AC${'0'.repeat(32)}`;
export const CALLER = `CA${'a'.repeat(32)}`;
/** Where calls of this bench ask for their first document. */
export const VOICE_URL = 'http://app.test/voice';
export const FALLBACK_URL = 'http://app.test/fallback';

export interface CallOptions {
  readonly first?: FirstDocument;
  readonly fallback?: Fallback;
  /** What differs from alice's inbound call to +15550100. */
  readonly leg?: Partial<Leg>;
}

/** One call on the real core with everything around it played by fakes. */
export class RcmlCall {
  readonly clock = new FakeClock();
  readonly store = new MemoryJournalStore();
  readonly documents = new FakeDocuments();
  readonly compileTurns = new CompileTurns(this.clock);
  shares = idleShares(this.clock);
  readonly sounds = new FakeSounds();
  readonly recordingFiles = new FakeRecordingFiles();
  /** What SPEECH_RECOGNIZER names; undefined: nothing is set. */
  recognizer: FakeRecognizer | undefined;
  readonly directory = new FakeDirectory(ACCOUNT);
  readonly control = new FakeCallControl(this.clock, {
    input: (callSid, input) => void this.calls.input(callSid, input),
  });
  /** Mistakes of ours that a call ran into: none in most tests. */
  readonly bugs: unknown[] = [];
  /** What was said of recordings that were lost. */
  readonly recordingTroubles: unknown[] = [];
  runningRecordings: RunningRecordings | undefined;
  readonly #journal = new LegJournal({
    store: this.store,
    clock: this.clock,
    onLost: (_callSid, error) => this.bugs.push(error),
  });
  readonly calls = new LiveCalls(this.#journal);
  readonly rooms = new ConferenceRooms({
    store: this.store,
    control: this.control,
    clock: this.clock,
    recorder: {
      beginInRoom: async (order) => this.runningRecordings?.beginInRoom(order),
      endInRoom: (conferenceSid) => this.runningRecordings?.endInRoom(conferenceSid),
    },
    onTrouble: (_sid, error) => this.bugs.push(error),
  });
  /** What became of each Enqueue. */
  readonly queueResults: (readonly [result: string, waitedS: number | undefined])[] = [];
  readonly queues = new CallQueues(
    {
      store: this.store,
      clock: this.clock,
      onTrouble: (_sid, error) => this.bugs.push(error),
      onLeft: (result, waitedS) => this.queueResults.push([result, waitedS]),
    },
    { maxSize: 1000, maxQueues: 5 },
  );
  readonly legAudio = new FakeLegAudio();
  /** The customer's server, at the other end of every stream. */
  readonly streamServer = new FakeStreamSockets();
  readonly streams = new MediaStreams({
    store: this.store,
    clock: this.clock,
    audio: this.legAudio,
    sockets: this.streamServer,
    maxStreams: 10,
    onTrouble: (_sid, error) => this.bugs.push(error),
  });
  readonly messageSender = new FakeMessageSender();
  readonly messages = new Messages({
    store: this.store,
    directory: this.directory,
    sender: this.messageSender,
    clock: this.clock,
    find: (_accountSid, sid) => Promise.resolve(this.store.message(sid)),
    onTrouble: (_sid, error) => this.bugs.push(error),
  });
  readonly runs = new CallRuns();
  #live: LiveLeg | undefined;
  #tokens = 0;
  #running = false;

  /** The caller's leg. */
  get live(): LiveLeg {
    assert(this.#live !== undefined, 'the call was not started');
    return this.#live;
  }

  /** Whether documents or verbs are still being run. */
  get running(): boolean {
    return this.#running;
  }

  /** Lets the call come in (or be answered, when it is outbound) and its documents run. */
  async start(options: CallOptions = {}): Promise<this> {
    const leg: Leg = {
      sid: CALLER,
      accountSid: ACCOUNT,
      direction: 'inbound',
      from: 'alice',
      to: '+15550100',
      sipHeaders: [],
      createdAt: this.clock.now(),
      ...options.leg,
    };
    const inbound = leg.direction === 'inbound';
    this.#live = await this.#journal.begin(leg, { type: inbound ? 'arrive' : 'place' });
    this.calls.add(this.#live);
    if (!inbound) await this.report({ type: 'answer' });
    this.#running = true;
    void runCall({
      clock: this.clock,
      documents: this.documents,
      compileTurns: this.compileTurns,
      detections: new DetectionPlaces(50),
      shares: this.shares,
      sounds: this.sounds,
      directory: this.directory,
      control: this.control,
      ...this.#recordingServices(),
      calls: this.calls,
      rooms: this.rooms,
      queues: this.queues,
      streams: this.streams,
      audio: this.legAudio,
      messages: this.messages,
      journal: this.#journal,
      live: this.#live,
      first: options.first ?? { url: VOICE_URL, method: 'POST' },
      ...(options.fallback === undefined ? {} : { fallback: options.fallback }),
      runs: this.runs,
      newToken: () => {
        this.#tokens += 1;
        return `token-${this.#tokens}`;
      },
      onBug: (_callSid, error) => this.bugs.push(error),
    }).then(() => {
      this.#running = false;
    });
    await this.clock.advance(0);
    return this;
  }

  #recordingServices() {
    const recognizer = this.recognizer === undefined ? {} : { recognizer: this.recognizer };
    const recordings = new RecordingLifecycle({
      store: this.store,
      files: this.recordingFiles,
      ...recognizer,
      clock: this.clock,
      publicUrl: 'http://legwork.test',
      onTrouble: (_sid, trouble) => this.recordingTroubles.push(trouble),
    });
    const runningRecordings = new RunningRecordings({
      control: this.control,
      lifecycle: recordings,
      files: this.recordingFiles,
      read: ({ sid }) => Promise.resolve(this.store.recording(sid)),
    });
    this.runningRecordings = runningRecordings;
    return { recordings, runningRecordings, recordingFiles: this.recordingFiles, ...recognizer };
  }

  /** The caller presses keys, one right after the other. */
  async press(digits: string): Promise<void> {
    for (const digit of digits) this.live.pressed(digit);
    await this.clock.advance(0);
  }

  /** Lets something happen to the caller's leg. */
  async report(input: ReportedInput): Promise<void> {
    await this.#journal.apply(this.live, input);
    await this.clock.advance(0);
  }

  /** The caller hangs up. */
  hangUp(): Promise<void> {
    return this.report({ type: 'end' });
  }

  /** How the caller's leg ended. */
  get end(): string {
    return this.live.status;
  }

  /** Fails when the call left something running or ran into a mistake of ours. */
  check(): void {
    assert.deepEqual(this.bugs, []);
    assert.equal(this.#running, false, 'the documents are still being run');
    assert.equal(this.clock.timers, 0, 'a timer is left');
    assert.equal(this.calls.size, 0, 'a leg is left');
    assert.equal(this.store.positions.size, 0, 'a position is left');
    assert.equal(this.store.documents.size, 0, 'a document is left');
  }
}
