import { FakeRoomRecorder } from './fake-room-recorder.ts';
import { DetectionPlaces } from '../../src/call/answering-machine/detection-places.ts';
import assert from 'node:assert/strict';
import { Admission } from '../../src/call/routing/admission.ts';
import { CallerPace } from '../../src/call/routing/caller-pace.ts';
import { ConferenceRooms } from '../../src/call/conference/conferences.ts';
import { CallQueues } from '../../src/call/queue/call-queues.ts';
import { LegJournal } from '../../src/call/leg/journal.ts';
import type { Leg, LegState } from '../../src/call/leg/leg.ts';
import { LiveCalls } from '../../src/call/leg/live-calls.ts';
import { LiveLeg } from '../../src/call/leg/live-leg.ts';
import { RunningRecordings } from '../../src/call/recording/running-recordings.ts';
import { Messages } from '../../src/call/message/messages.ts';
import { MediaStreams } from '../../src/call/stream/media-streams.ts';
import { RecordingLifecycle } from '../../src/call/recording/recording-lifecycle.ts';
import { CompileTurns } from '../../src/rcml/document/compile-turns.ts';
import { CallRuns } from '../../src/rcml/run/call-runs.ts';
import type { CallServices } from '../../src/rcml/run/inbound-calls.ts';
import { idleShares } from './work-shares.ts';
import { FakeCallControl } from './fake-call-control.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeDocuments } from './fake-documents.ts';
import { FakeRecordingFiles } from './fake-recording-files.ts';
import { FakeLegAudio } from './fake-leg-audio.ts';
import { FakeMessageSender } from './fake-message-sender.ts';
import { FakeStreamSockets } from './fake-stream-sockets.ts';
import { FakeSounds } from './fake-sounds.ts';
import { MemoryJournalStore } from './memory-journal-store.ts';

export const ACCOUNT = `AC${'0'.repeat(32)}`;

/** The whole core with everything around it played by fakes: any number of calls of every kind. */
export class CoreBench {
  readonly clock: FakeClock;
  readonly store: MemoryJournalStore;
  readonly documents: FakeDocuments;
  readonly sounds = new FakeSounds();
  readonly recordingFiles = new FakeRecordingFiles();
  readonly directory = new FakeDirectory(ACCOUNT);
  readonly control: FakeCallControl;
  readonly messageSender = new FakeMessageSender();
  /** Mistakes of ours: none in most tests. */
  readonly bugs: unknown[] = [];
  readonly journal: LegJournal;
  readonly calls: LiveCalls;
  readonly services: CallServices;
  /** One leg at a time is listened to for an answering machine. */
  readonly detections = new DetectionPlaces(1);
  #tokens = 0;

  /** What outlives a process can be given to the next one. */
  constructor(world: Partial<Pick<CoreBench, 'clock' | 'store' | 'documents'>> = {}) {
    const clock = (this.clock = world.clock ?? new FakeClock());
    const store = (this.store = world.store ?? new MemoryJournalStore());
    const documents = (this.documents = world.documents ?? new FakeDocuments());
    const onLost = (_callSid: string, error: unknown) => void this.bugs.push(error);
    const journal = (this.journal = new LegJournal({ store, clock, onLost }));
    const load = (callSid: string) => Promise.resolve(store.leg(callSid));
    const calls = (this.calls = new LiveCalls(journal, load));
    const control = (this.control = new FakeCallControl(clock, {
      input: (callSid, input) => void calls.input(callSid, input),
    }));
    const { directory, sounds } = this;
    const onTrouble = (_sid: string, trouble: unknown) => void this.bugs.push(trouble);
    const { recordingFiles } = this;
    const shares = idleShares(clock);
    const audio = new FakeLegAudio();
    const recordings = new RecordingLifecycle({
      store,
      files: recordingFiles,
      clock,
      publicUrl: 'http://legwork.test',
      onTrouble,
    });
    this.services = {
      calls,
      clock,
      control,
      directory,
      documents,
      detections: this.detections,
      compileTurns: new CompileTurns(clock),
      shares,
      journal,
      sounds,
      recordingFiles,
      recordings,
      runningRecordings: new RunningRecordings({
        control,
        lifecycle: recordings,
        files: recordingFiles,
        read: ({ sid }) => Promise.resolve(store.recording(sid)),
      }),
      rooms: new ConferenceRooms({ store, control, clock, recorder: new FakeRoomRecorder(), onTrouble }),
      queues: new CallQueues({ store, clock, onTrouble }, { maxSize: 1000, maxQueues: 1000 }),
      audio,
      messages: new Messages({
        store,
        directory,
        sender: this.messageSender,
        clock,
        find: (_accountSid, sid) => Promise.resolve(store.message(sid)),
        onTrouble,
      }),
      streams: new MediaStreams({
        store,
        clock,
        audio,
        sockets: new FakeStreamSockets(),
        maxStreams: 10,
        onTrouble,
      }),
      admission: new Admission({ callsPerSecond: 200, calls: 200 }, clock),
      pace: new CallerPace({ clock, shares, callsPerSecond: 200 }),
      runs: new CallRuns(),
      newToken: () => {
        this.#tokens += 1;
        return `token-${this.#tokens}`;
      },
      onRefused: () => undefined,
      onBug: (_callSid, error) => void this.bugs.push(error),
    };
  }

  /** A client of the account, who has a phone. */
  client(login: string): void {
    const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    const sid = `CL${login.charCodeAt(0).toString(16).repeat(16)}`;
    this.directory.clients.push({ sid, accountSid: ACCOUNT, login, voice });
  }

  /** A leg as the database has it, after another process ended. */
  stored(leg: Pick<Leg, 'sid' | 'direction'> & Partial<Leg>, state: LegState): LiveLeg {
    const live = new LiveLeg(
      {
        accountSid: ACCOUNT,
        from: 'alice',
        to: 'bob',
        sipHeaders: [],
        createdAt: this.clock.now(),
        ...leg,
      },
      state,
    );
    this.calls.add(live);
    return live;
  }

  /** The only leg to this callee that is not over. */
  legTo(to: string): LiveLeg {
    const found = this.calls.all().filter(({ leg }) => leg.to === to);
    assert.equal(found.length, 1, `legs to ${to}`);
    return found[0] as LiveLeg;
  }

  /** `to` and final state of every leg that ended, in the order of their ends; each ends once. */
  get ends(): readonly (readonly [to: string, status: string])[] {
    const ends = this.store.entries.flatMap(({ leg }) => {
      if (leg?.state.phase !== 'ended') return [];
      return [[leg.leg.to, leg.state.status, leg.leg.sid] as const];
    });
    assert.equal(new Set(ends.map(([, , sid]) => sid)).size, ends.length, 'a leg ended twice');
    return ends.map(([to, status]) => [to, status]);
  }

  /** Fails when a call left something running or ran into a mistake of ours. */
  check(): void {
    assert.deepEqual(this.bugs, []);
    assert.equal(this.calls.size, 0, 'a leg is left');
    assert.equal(this.clock.timers, 0, 'a timer is left');
    assert.equal(this.store.positions.size, 0, 'a position is left');
    assert.equal(this.store.documents.size, 0, 'a document is left');
  }
}
