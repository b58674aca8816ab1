import { FakeRoomRecorder } from '../../support/fake-room-recorder.ts';
import assert from 'node:assert/strict';
import { ConferenceRooms, type EnterOrder, type Seat } from '../../../src/call/conference/conferences.ts';
import type { KeptConference, ParticipantRecord } from '../../../src/call/conference/conference-record.ts';
import { GuestRooms } from '../../../src/main/cluster/guest-rooms.ts';
import { OtherRooms } from '../../../src/main/cluster/rooms-elsewhere.ts';
import { SwitchCommands, type SwitchReply } from '../../../src/main/cluster/switch-commands.ts';
import type { RoomOwners } from '../../../src/store/lease/room-owners.ts';
import { FakeCallControl } from '../../support/fake-call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';
import { quiet } from '../../support/quiet-log.ts';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const hearsNothing = () => Promise.resolve(false);
const ALICE = `CA${'a'.repeat(32)}`;
const BOB = `CA${'b'.repeat(32)}`;

function order(callSid: string, more: Partial<EnterOrder> = {}): EnterOrder {
  return {
    accountSid: ACCOUNT,
    callSid,
    room: 'sales',
    muted: false,
    beepOnEnter: false,
    beepOnExit: false,
    startConferenceOnEnter: true,
    endConferenceOnExit: false,
    maxParticipants: 40,
    ...more,
  };
}

/** Two switches, whose nodes reach each other; the room's name is switch b's. */
class TwoSwitches {
  readonly clock = new FakeClock();
  readonly #store = new MemoryJournalStore();
  /** What the leg at switch a was led by, and what ended. */
  readonly done: string[] = [];
  readonly linkEnded = new AbortController();
  readonly atA: ConferenceRooms;
  atB!: ConferenceRooms;
  guests!: GuestRooms;
  isReachable = true;

  constructor() {
    this.#startB();
    const commands = new SwitchCommands(this.clock);
    commands.connect(async ({ action, values }) => {
      if (!this.isReachable) return undefined;
      return JSON.parse(JSON.stringify(await this.guests.command(action, values))) as SwitchReply;
    });
    const owners = {
      claim: () => Promise.resolve('b'),
      free: () => Promise.resolve(),
    } as unknown as RoomOwners;
    const elsewhere = new OtherRooms({
      owners,
      scope: { switchId: 'a', node: 'a', epoch: 1 },
      commands,
      clock: this.clock,
      log: quiet,
    });
    elsewhere.connect({
      open: (callSid, { ticket }) => {
        this.done.push(`led ${this.guests.admitted(ticket) === callSid ? 'in' : 'nowhere'}`);
        return Promise.resolve({
          ended: this.linkEnded.signal,
          close: () => Promise.resolve(void this.done.push('link closed')),
        });
      },
    });
    this.atA = new ConferenceRooms(this.#deps(), elsewhere);
  }

  /** Another node takes switch b: it knows what was written down. */
  takeOver(): void {
    this.guests.close();
    const kept = this.#kept();
    this.#startB();
    this.atB.restore(kept);
  }

  /** The room as the journal has it. */
  #kept(): readonly KeptConference[] {
    const conference = this.#store.entries.findLast((entry) => entry.conference !== undefined)?.conference;
    const last = new Map<string, ParticipantRecord>();
    for (const { participants } of this.#store.entries) {
      for (const one of participants ?? []) last.set(one.callSid, one);
    }
    const participants = [...last.values()].filter(({ status }) => status !== 'left');
    return conference === undefined || conference.status === 'completed'
      ? []
      : [{ conference, participants }];
  }

  #startB(): void {
    this.atB = new ConferenceRooms(this.#deps());
    this.guests = new GuestRooms({
      rooms: this.atB,
      dropGuest: () => Promise.resolve(void this.done.push('dropped')),
      address: '10.0.0.2:5060',
      clock: this.clock,
    });
  }

  #deps() {
    const trouble = (_sid: string, error: unknown) => assert.fail(String(error));
    return {
      store: this.#store,
      control: new FakeCallControl(this.clock, { input: () => undefined }),
      clock: this.clock,
      recorder: new FakeRoomRecorder(),
      onTrouble: trouble,
    };
  }

  async aliceEnters(more: Partial<EnterOrder> = {}): Promise<Seat> {
    const seat = await this.atA.enter(order(ALICE, more));
    assert.ok(typeof seat !== 'string');
    return seat;
  }

  async bobEnters(more: Partial<EnterOrder> = {}): Promise<Seat> {
    const seat = await this.atB.enterHere(order(BOB, more));
    assert.ok(seat !== 'full');
    return seat;
  }
}

describe('A leg in a conference on another switch', () => {
  let switches: TwoSwitches;

  beforeEach(() => {
    switches = new TwoSwitches();
  });

  afterEach(() => {
    switches.guests.close();
  });

  /** Alice is at switch a, Bob at switch b, and both take part. */
  async function bothTalk(): Promise<{ readonly alice: Seat; readonly bob: Seat }> {
    const [bob, alice] = [await switches.bobEnters(), await switches.aliceEnters()];
    assert.equal(alice.conferenceSid, bob.conferenceSid);
    assert.equal(alice.started.aborted, true);
    await bob.connect(hearsNothing);
    await alice.connect(hearsNothing);
    assert.deepEqual(switches.done.splice(0), ['led in']);
    return { alice, bob };
  }

  it('is led there when the talk begins, and back when it leaves', async () => {
    const { alice, bob } = await bothTalk();
    await alice.leave();
    assert.deepEqual(switches.done, ['link closed', 'dropped']);
    assert.equal(bob.over.aborted, false);
  });

  it('waits until somebody else enters', async () => {
    const alice = await switches.aliceEnters();
    assert.equal(alice.started.aborted, false);
    await switches.bobEnters();
    await switches.clock.advance(0);
    assert.equal(alice.started.aborted, true);
    await alice.leave();
  });

  it('leaves when the conference ends there', async () => {
    const { alice, bob } = await bothTalk();
    await switches.atB.end(bob.conferenceSid);
    await switches.clock.advance(0);
    assert.equal(alice.over.aborted, true);
  });

  it('ends the conference there when it shall', async () => {
    const bob = await switches.bobEnters();
    const alice = await switches.aliceEnters({ endConferenceOnExit: true });
    await alice.leave();
    assert.equal(bob.over.aborted, true);
  });

  it('is not let in when the conference is full', async () => {
    await switches.bobEnters();
    assert.equal(await switches.atA.enter(order(ALICE, { maxParticipants: 1 })), 'full');
  });

  it('leaves when its internal call is lost', async () => {
    const { alice } = await bothTalk();
    switches.linkEnded.abort();
    assert.equal(alice.over.aborted, true);
    await alice.leave();
  });

  it('goes on when another node takes the other switch', async () => {
    const { alice } = await bothTalk();
    switches.takeOver();
    await switches.clock.advance(20_000);
    assert.deepEqual([alice.over.aborted, switches.done], [false, []]);
    await alice.leave();
    assert.deepEqual(switches.done, ['link closed', 'dropped']);
  });

  it('is in no conference when nobody can be asked for 15 s', async () => {
    switches.isReachable = false;
    const entering = switches.atA.enter(order(ALICE));
    await switches.clock.advance(16_000);
    assert.equal(await entering, 'unreachable');
  });

  it('leaves when its own switch says nothing for a minute', async () => {
    const { alice, bob } = await bothTalk();
    switches.isReachable = false;
    await switches.clock.advance(61_000);
    assert.deepEqual(switches.done, ['dropped']);
    assert.equal(bob.over.aborted, false);
    await switches.clock.advance(20_000);
    assert.equal(alice.over.aborted, true);
  });

  it('is let in once with a ticket, and not with an old one', async () => {
    await switches.bobEnters();
    await switches.aliceEnters();
    const one = (await switches.guests.command('ticket', { callSid: ALICE })) as { ticket: string };
    assert.equal(switches.guests.admitted(one.ticket), ALICE);
    assert.equal(switches.guests.admitted(one.ticket), undefined);
    const old = (await switches.guests.command('ticket', { callSid: ALICE })) as { ticket: string };
    await switches.clock.advance(10_000);
    assert.equal(switches.guests.admitted(old.ticket), undefined);
  });
});

describe('The name of a conference in a cluster', () => {
  it('is freed some time after its end, unless there is another one of this name by then', async () => {
    const clock = new FakeClock();
    const freed: string[] = [];
    const owners = {
      claim: () => Promise.resolve('a'),
      free: ({ room }: { readonly room: string }) => Promise.resolve(void freed.push(room)),
    } as unknown as RoomOwners;
    const elsewhere = new OtherRooms({
      owners,
      scope: { switchId: 'a', node: 'a', epoch: 1 },
      commands: new SwitchCommands(clock),
      clock,
      log: quiet,
    });
    let isOpen = true;
    elsewhere.ended(ACCOUNT, 'sales', () => isOpen);
    await clock.advance(12_000);
    assert.deepEqual(freed, []);
    isOpen = false;
    elsewhere.ended(ACCOUNT, 'sales', () => isOpen);
    await clock.advance(12_000);
    assert.deepEqual(freed, ['sales']);
  });
});
