import { FakeRoomRecorder } from '../../support/fake-room-recorder.ts';
import assert from 'node:assert/strict';
import { ConferenceRooms, type EnterOrder, type Seat } from '../../../src/call/conference/conferences.ts';
import type { KeptConference } from '../../../src/call/conference/conference-record.ts';
import { FakeCallControl } from '../../support/fake-call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const CALLBACK = {
  url: 'http://app.test/room',
  method: 'POST',
  events: ['start', 'end', 'join', 'leave', 'mute', 'hold'],
} as const;
const BESIDES = {
  accountSid: ACCOUNT,
  room: 'sales',
  muted: false,
  beepOnEnter: false,
  beepOnExit: false,
  startConferenceOnEnter: true,
  endConferenceOnExit: false,
  maxParticipants: 40,
};

class Bench {
  readonly clock = new FakeClock();
  readonly store = new MemoryJournalStore();
  readonly recorder = new FakeRoomRecorder();
  readonly control = new FakeCallControl(this.clock, { input: () => undefined });
  readonly rooms = new ConferenceRooms({
    store: this.store,
    control: this.control,
    clock: this.clock,
    recorder: this.recorder,
    onTrouble: (_sid, error) => assert.fail(String(error)),
  });

  async enter(callSid: string, order: Partial<EnterOrder> = {}): Promise<Seat> {
    const seat = await this.rooms.enter({ ...BESIDES, callSid, ...order });
    assert(typeof seat !== 'string');
    return seat;
  }

  /** Enters, and talks as soon as the room has begun. */
  async talk(...callSids: string[]): Promise<Seat[]> {
    const seats: Seat[] = [];
    for (const callSid of callSids) seats.push(await this.enter(callSid));
    for (const seat of seats) await seat.connect(async () => false);
    this.control.commands.length = 0;
    return seats;
  }

  get told(): readonly (readonly string[])[] {
    return this.store.callbacks.map(({ parameters }) => {
      const values = Object.fromEntries(parameters);
      return [values['SequenceNumber'] ?? '', values['StatusCallbackEvent'] ?? '', values['CallSid'] ?? ''];
    });
  }

  get status(): string | undefined {
    return this.store.entries.flatMap(({ conference }) => conference?.status ?? []).at(-1);
  }
}

describe('A conference room', () => {
  it('begins with the second participant, when one of them may start it', async () => {
    const bench = new Bench();
    const alice = await bench.enter('alice');
    assert.deepEqual([alice.started.aborted, bench.status], [false, 'init']);
    const bob = await bench.enter('bob');
    assert.equal(bob.conferenceSid, alice.conferenceSid);
    assert.deepEqual([alice.started.aborted, bob.started.aborted, bench.status], [true, true, 'in-progress']);
  });

  it('waits for somebody with startConferenceOnEnter', async () => {
    const bench = new Bench();
    const waits = { startConferenceOnEnter: false };
    const [alice] = [await bench.enter('alice', waits), await bench.enter('bob', waits)];
    assert.equal(alice.started.aborted, false);
    await bench.enter('moderator');
    assert.equal(alice.started.aborted, true);
  });

  it('tells its callback everything, in order, once', async () => {
    const bench = new Bench();
    const alice = await bench.enter('alice', { statusCallback: CALLBACK });
    const bob = await bench.enter('bob', {
      statusCallback: { ...CALLBACK, url: 'http://app.test/another-that-is-too-late' },
    });
    for (const seat of [alice, bob]) await seat.connect(async () => false);
    await bench.rooms.change(alice.conferenceSid, 'bob', { muted: true });
    await bench.rooms.change(alice.conferenceSid, 'bob', { muted: true });
    await bench.rooms.change(alice.conferenceSid, 'bob', { muted: false, hold: true });
    await bench.rooms.change(alice.conferenceSid, 'bob', { hold: false });
    await bob.leave();
    await bob.leave();
    await alice.leave();
    assert.deepEqual(bench.told, [
      ['0', 'participant-join', 'alice'],
      ['1', 'participant-join', 'bob'],
      ['2', 'conference-start', ''],
      ['3', 'participant-mute', 'bob'],
      ['4', 'participant-unmute', 'bob'],
      ['5', 'participant-hold', 'bob'],
      ['6', 'participant-unhold', 'bob'],
      ['7', 'participant-leave', 'bob'],
      ['8', 'participant-leave', 'alice'],
      ['9', 'conference-end', ''],
    ]);
    assert.equal(bench.status, 'completed');
    assert.deepEqual(
      [...new Set(bench.store.callbacks.map(({ url, callSid }) => `${url} ${callSid}`))],
      [`${CALLBACK.url} ${alice.conferenceSid}`],
    );
  });

  it('writes what happens to a participant into the timeline of its leg', async () => {
    const bench = new Bench();
    const alice = await bench.enter('alice');
    await alice.leave();
    const { conferenceSid } = alice;
    assert.deepEqual(
      bench.store.events.map(({ callSid, kind, data }) => [callSid, kind, data]),
      ['participant-join', 'participant-leave'].map((event) => [
        'alice',
        'conference',
        { conferenceSid, friendlyName: 'sales', event },
      ]),
    );
  });

  it("tells all of a room's and of a participant's parameters", async () => {
    const bench = new Bench();
    const { conferenceSid } = await bench.enter('alice', {
      statusCallback: CALLBACK,
      muted: true,
      endConferenceOnExit: true,
    });
    assert.deepEqual(bench.store.callbacks[0]?.parameters, [
      ['AccountSid', ACCOUNT],
      ['ConferenceSid', conferenceSid],
      ['FriendlyName', 'sales'],
      ['StatusCallbackEvent', 'participant-join'],
      ['Timestamp', 'Thu, 01 Jan 2026 00:00:00 +0000'],
      ['SequenceNumber', '0'],
      ['CallSid', 'alice'],
      ['Muted', 'true'],
      ['Hold', 'false'],
      ['StartConferenceOnEnter', 'true'],
      ['EndConferenceOnExit', 'true'],
    ]);
  });

  const filters = [
    [['start'], ['conference-start']],
    [['end'], ['conference-end']],
    [
      ['join', 'leave'],
      ['participant-join', 'participant-join', 'participant-leave', 'participant-leave'],
    ],
    [['mute'], ['participant-mute', 'participant-unmute']],
    [['hold'], ['participant-hold', 'participant-unhold']],
  ] as const;
  for (const [events, expected] of filters) {
    it(`tells of ${events.join(' and ')} only when asked for that`, async () => {
      const bench = new Bench();
      const alice = await bench.enter('alice', { statusCallback: { ...CALLBACK, events } });
      const bob = await bench.enter('bob');
      for (const change of [{ muted: true }, { muted: false }, { hold: true }, { hold: false }]) {
        await bench.rooms.change(alice.conferenceSid, 'bob', change);
      }
      await bob.leave();
      await alice.leave();
      assert.deepEqual(
        bench.told.map(([, event]) => event),
        expected,
      );
    });
  }

  it('lets go on when one leaves, and ends with the last one', async () => {
    const bench = new Bench();
    const [alice, bob] = await bench.talk('alice', 'bob');
    assert(alice && bob);
    const sid = alice.conferenceSid;
    await bob.leave();
    assert.deepEqual(bench.control.commands, [['leaveRoom', 'bob', sid]]);
    assert.equal(alice.over.aborted, false);
    await alice.leave();
    assert.deepEqual(bench.control.commands.slice(1), [
      ['leaveRoom', 'alice', sid],
      ['closeRoom', sid],
    ]);
    assert.notEqual((await bench.enter('carol')).conferenceSid, sid);
  });

  it('ends for all when one with endConferenceOnExit leaves', async () => {
    const bench = new Bench();
    const moderator = await bench.enter('moderator', { endConferenceOnExit: true, statusCallback: CALLBACK });
    const bob = await bench.enter('bob');
    for (const seat of [moderator, bob]) await seat.connect(async () => false);
    await moderator.leave();
    assert.equal(bob.over.aborted, true);
    assert.deepEqual(bench.told.slice(3), [
      ['3', 'participant-leave', 'moderator'],
      ['4', 'participant-leave', 'bob'],
      ['5', 'conference-end', ''],
    ]);
  });

  it('is full with maxParticipants', async () => {
    const bench = new Bench();
    await bench.enter('alice');
    await bench.enter('bob');
    assert.equal(await bench.rooms.enter({ ...BESIDES, callSid: 'carol', maxParticipants: 2 }), 'full');
    await bench.enter('dave', { maxParticipants: 3 });
  });

  it('is private to its account', async () => {
    const bench = new Bench();
    const ours = await bench.enter('alice');
    const theirs = await bench.enter('eve', { accountSid: `AC${'1'.repeat(32)}` });
    assert.notEqual(ours.conferenceSid, theirs.conferenceSid);
    assert.equal(ours.started.aborted, false);
  });

  it('beeps for who comes and who goes, as that one says', async () => {
    const bench = new Bench();
    const alice = await bench.enter('alice');
    const bob = await bench.enter('bob', { beepOnEnter: true });
    const carol = await bench.enter('carol', { beepOnExit: true });
    const sid = alice.conferenceSid;
    for (const seat of [alice, bob, carol]) await seat.connect(async () => false);
    assert.deepEqual(bench.control.commands, [
      ['enterRoom', 'alice', sid],
      ['enterRoom', 'bob', sid],
      ['beepInRoom', sid],
      ['enterRoom', 'carol', sid],
    ]);
    bench.control.commands.length = 0;
    await bob.leave();
    await carol.leave();
    assert.deepEqual(bench.control.commands, [
      ['leaveRoom', 'bob', sid],
      ['leaveRoom', 'carol', sid],
      ['beepInRoom', sid],
    ]);
  });

  it('mutes, and holds with music outside of the room', async () => {
    const bench = new Bench();
    const [alice] = await bench.talk('alice', 'bob');
    assert(alice);
    const sid = alice.conferenceSid;
    for (const change of [{ muted: true }, { hold: true }, { hold: false, muted: false }]) {
      await bench.rooms.change(sid, 'bob', change);
    }
    assert.deepEqual(bench.control.commands, [
      ['mute', 'bob', true],
      ['leaveRoom', 'bob', sid],
      ['startMusic', 'bob'],
      ['mute', 'bob', false],
      ['stopMusic', 'bob'],
      ['enterRoom', 'bob', sid],
    ]);
    assert.equal(await bench.rooms.change(sid, 'nobody', { muted: true }), undefined);
    assert.equal(await bench.rooms.change('CF-of-nobody', 'bob', { muted: true }), undefined);
  });

  it('gives a leg that was muted or held back as it was', async () => {
    const bench = new Bench();
    const [alice, bob] = await bench.talk('alice', 'bob');
    assert(alice && bob);
    await bench.rooms.change(alice.conferenceSid, 'bob', { muted: true, hold: true });
    bench.control.commands.length = 0;
    await bob.leave();
    assert.deepEqual(bench.control.commands, [
      ['stopMusic', 'bob'],
      ['mute', 'bob', false],
    ]);
  });

  it('sends a participant out, who leaves by itself', async () => {
    const bench = new Bench();
    const [alice, bob] = await bench.talk('alice', 'bob');
    assert(alice && bob);
    assert.equal(bench.rooms.kick(alice.conferenceSid, 'bob'), true);
    assert.deepEqual([alice.over.aborted, bob.over.aborted], [false, true]);
    assert.equal(bench.rooms.kick(alice.conferenceSid, 'nobody'), false);
  });

  it('is ended over REST for all', async () => {
    const bench = new Bench();
    const [alice, bob] = await bench.talk('alice', 'bob');
    assert(alice && bob);
    assert.equal(await bench.rooms.end(alice.conferenceSid), true);
    assert.deepEqual([alice.over.aborted, bob.over.aborted, bench.status], [true, true, 'completed']);
    assert.equal(await bench.rooms.end(alice.conferenceSid), false);
  });

  it('is recorded as a whole, once, from when somebody talks whose document asks for it, until it is over', async () => {
    const bench = new Bench();
    const recording = { trimSilence: true };
    const seats = [
      await bench.enter('alice'),
      await bench.enter('bob', { recording }),
      await bench.enter('carol', { recording }),
    ];
    const [alice, bob, carol] = seats;
    const connect = (seat: Seat | undefined) => seat?.connect(async () => false);
    await connect(alice);
    assert.deepEqual(bench.recorder.begun, []);
    await connect(bob);
    const conferenceSid = alice?.conferenceSid ?? '';
    const order = { ...recording, accountSid: ACCOUNT, callSid: 'bob', conferenceSid };
    assert.deepEqual(bench.recorder.begun, [order]);
    await bob?.leave();
    await connect(carol);
    assert.deepEqual(bench.recorder.ended, []);
    await carol?.leave();
    await alice?.leave();
    assert.deepEqual(bench.recorder.ended, [conferenceSid]);
  });

  it('is not recorded before there is anybody in it', async () => {
    const bench = new Bench();
    const alice = await bench.enter('alice', { recording: { trimSilence: false } });
    await bench.enter('bob');
    await bench.rooms.change(alice.conferenceSid, 'alice', { hold: true });
    await alice.connect(async () => false);
    assert.deepEqual(bench.recorder.begun, []);
    await bench.rooms.change(alice.conferenceSid, 'alice', { hold: false });
    assert.equal(bench.recorder.begun.length, 1);
  });

  it('is found again after a restart, with who is in it; nobody beeps and nobody is told', async () => {
    const before = new Bench();
    const order = { statusCallback: CALLBACK, beepOnEnter: true };
    const alice = await before.enter('alice', order);
    await before.enter('bob');
    await before.rooms.change(alice.conferenceSid, 'bob', { hold: true });
    const conference = before.store.entries.flatMap((entry) => entry.conference ?? []).at(-1);
    const everybody = before.store.entries.flatMap((entry) => entry.participants ?? []);
    const participants = [...new Map(everybody.map((one) => [one.callSid, one])).values()];
    assert(conference);
    const kept: KeptConference = { conference, participants };

    const after = new Bench();
    after.rooms.restore([kept]);
    const again = [await after.enter('bob'), await after.enter('alice', order)];
    for (const seat of again) await seat.connect(async () => false);
    assert.deepEqual(after.control.commands, [
      ['startMusic', 'bob'],
      ['enterRoom', 'alice', alice.conferenceSid],
    ]);
    assert.deepEqual(after.told, []);
    for (const seat of again) await seat.leave();
    assert.deepEqual(after.told, [
      ['4', 'participant-leave', 'bob'],
      ['5', 'participant-leave', 'alice'],
      ['6', 'conference-end', ''],
    ]);
  });

  it('is made anew for who comes while it ends', async () => {
    const bench = new Bench();
    const alice = await bench.enter('alice');
    const [, bob] = await Promise.all([alice.leave(), bench.enter('bob')]);
    assert.notEqual(bob.conferenceSid, alice.conferenceSid);
  });
});

describe('A participant who hears something else for a while', () => {
  const TARGET = { url: 'http://app.test/x', method: 'POST' } as const;

  /** A and B talk; what A hears beside the room ends when it is told to. */
  async function two() {
    const bench = new Bench();
    const [a, b] = [await bench.enter('CAa'), await bench.enter('CAb')];
    const heard: string[] = [];
    let end: (isHeard: boolean) => void = () => undefined;
    await a.connect((what, { url }, signal) => {
      heard.push(`${what} ${url}`);
      return new Promise((resolve) => {
        end = resolve;
        signal.addEventListener('abort', () => resolve(true));
      });
    });
    await b.connect(async () => false);
    bench.control.commands.length = 0;
    const sid = a.conferenceSid;
    return { bench, a, b, sid, heard, end: (isHeard: boolean) => end(isHeard) };
  }

  const names = (bench: Bench) =>
    bench.control.commands.map(([name, callSid]) => `${name} ${String(callSid)}`);

  it('leaves the room for an announcement and comes back', async () => {
    const { bench, sid, heard, end } = await two();
    assert.equal(bench.rooms.announce(sid, TARGET, 'CAa'), true);
    await bench.clock.advance(0);
    assert.deepEqual([heard, names(bench)], [['announcement http://app.test/x'], ['leaveRoom CAa']]);
    end(true);
    await bench.clock.advance(0);
    assert.deepEqual(names(bench), ['leaveRoom CAa', 'enterRoom CAa']);
    assert.equal(bench.rooms.announce(sid, TARGET, 'CAc'), false);
  });

  it('stays out when it was put on hold meanwhile, and hears the sound for that', async () => {
    const { bench, sid, heard } = await two();
    bench.rooms.announce(sid, TARGET, 'CAa');
    await bench.clock.advance(0);
    await bench.rooms.change(sid, 'CAa', {
      hold: true,
      holdSound: { ...TARGET, url: 'http://app.test/hold' },
    });
    await bench.clock.advance(0);
    assert.deepEqual(heard, ['announcement http://app.test/x', 'hold http://app.test/hold']);
    assert.ok(!names(bench).includes('enterRoom CAa'));
    await bench.rooms.change(sid, 'CAa', { hold: false });
    assert.deepEqual(names(bench).at(-1), 'enterRoom CAa');
    assert.deepEqual(bench.control.commandsNamed('startMusic'), []);
  });

  it('hears music on hold when there is nothing to hear', async () => {
    const { bench, sid, end } = await two();
    await bench.rooms.change(sid, 'CAa', { hold: true, holdSound: TARGET });
    end(false);
    await bench.clock.advance(0);
    assert.deepEqual(names(bench).at(-1), 'startMusic CAa');
    await bench.rooms.change(sid, 'CAa', { hold: false });
    assert.deepEqual(names(bench).slice(-2), ['stopMusic CAa', 'enterRoom CAa']);
  });

  it('is let go at once when it leaves', async () => {
    const { bench, a, b, sid } = await two();
    bench.rooms.announce(sid, TARGET);
    await bench.clock.advance(0);
    await a.leave();
    await b.leave();
    await bench.clock.advance(0);
    assert.equal(bench.status, 'completed');
    assert.equal(bench.clock.timers, 0);
  });

  it('coaches one who is there without being heard by others, and is muted while that one is not', async () => {
    const bench = new Bench();
    const [a, b, c] = [
      await bench.enter('CAa', { callSidToCoach: 'CAb' }),
      await bench.enter('CAb'),
      await bench.enter('CAc'),
    ];
    const next = () =>
      bench.control.commands.splice(0).map(([name, callSid]) => `${name} ${String(callSid)}`);
    await a.connect(async () => false);
    assert.deepEqual(next(), ['mute CAa', 'enterRoom CAa']);
    await b.connect(async () => false);
    // They are alone, so the room is theirs.
    assert.deepEqual(next(), ['enterRoom CAb', 'leaveRoom CAa', 'mute CAa', 'enterRoom CAa']);
    await c.connect(async () => false);
    assert.deepEqual(next(), ['leaveRoom CAa', 'coach CAa', 'enterRoom CAc']);
    await bench.rooms.change(a.conferenceSid, 'CAc', { hold: true });
    assert.deepEqual(next(), ['leaveRoom CAc', 'startMusic CAc', 'leaveRoom CAa', 'enterRoom CAa']);
    await bench.rooms.change(a.conferenceSid, 'CAc', { hold: false });
    assert.deepEqual(next(), ['leaveRoom CAa', 'coach CAa', 'stopMusic CAc', 'enterRoom CAc']);
    await b.leave();
    assert.deepEqual(next(), ['leaveRoom CAb', 'leaveRoom CAa', 'mute CAa', 'enterRoom CAa']);
    await bench.rooms.change(a.conferenceSid, 'CAa', { callSidToCoach: null });
    assert.deepEqual(next(), ['leaveRoom CAa', 'mute CAa', 'enterRoom CAa']);
  });

  it('is told of as speaking when somebody wants to know', async () => {
    const bench = new Bench();
    bench.control.talk = [
      [100, { type: 'begins' }],
      [1_000, { type: 'ends', durationMs: 700 }],
    ];
    const statusCallback = { ...CALLBACK, events: ['speaker'] as const };
    const seats = [await bench.enter('CAa', { statusCallback }), await bench.enter('CAb')];
    await seats[0]?.connect(async () => false);
    await bench.clock.advance(5_000);
    assert.deepEqual(
      bench.told.map(([, event, callSid]) => `${event} ${callSid}`),
      ['participant-speech-start CAa', 'participant-speech-stop CAa'],
    );
    for (const seat of seats) await seat.leave();
    await bench.clock.advance(0);
    assert.equal(bench.clock.timers, 0);
  });
});
