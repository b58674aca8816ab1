import assert from 'node:assert/strict';
import type { PlaceOrder } from '../../../src/call/call-control.ts';
import type { DirectoryTrunk } from '../../../src/call/directory.ts';
import { giveUpLeg, hangUpLeg } from '../../../src/call/leg/hang-up.ts';
import { LegJournal } from '../../../src/call/leg/journal.ts';
import type { Leg } from '../../../src/call/leg/leg.ts';
import { LiveCalls } from '../../../src/call/leg/live-calls.ts';
import type { LiveLeg } from '../../../src/call/leg/live-leg.ts';
import { placeLeg } from '../../../src/call/leg/place.ts';
import { resolveTarget } from '../../../src/call/routing/targets.ts';
import { ANSWERS, FakeCallControl, type PhoneScript, RINGS } from '../../support/fake-call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeDirectory } from '../../support/fake-directory.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const NUMBER = '+4930123456';
const [FIRST, SECOND, THIRD] = ['TK1', 'TK2', 'TK3'] as const;

function refuses(sipStatus: number): PhoneScript {
  return [[50, { type: 'end', sipStatus }]];
}
const NO_WAY: PhoneScript = [[0, { type: 'end', q850: 3, why: 'no route' }]];
const RINGS_THEN_503: PhoneScript = [...RINGS, [100, { type: 'end', sipStatus: 503 }]];

describe('A call with several trunks for its number', () => {
  let clock: FakeClock;
  let store: MemoryJournalStore;
  let control: FakeCallControl;
  let calls: LiveCalls;
  let journal: LegJournal;
  let directory: FakeDirectory;
  let made: number;

  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryJournalStore();
    journal = new LegJournal({ store, clock, onLost: () => assert.fail('a change was lost') });
    calls = new LiveCalls(journal);
    control = new FakeCallControl(clock, { input: (sid, input) => void calls.input(sid, input) });
    directory = new FakeDirectory(ACCOUNT);
    made = 0;
  });

  /** Trunks by priority; each is asked for the number with its own digit in front, so that each has its script. */
  function trunks(
    scripts: Readonly<Record<string, PhoneScript>>,
    more: Readonly<Record<string, Partial<DirectoryTrunk>>> = {},
  ): void {
    for (const [index, [sid, script]] of Object.entries(scripts).entries()) {
      const trunk = { sid, accountSid: ACCOUNT, stripDigits: 0, prependDigits: String(index + 1) };
      directory.addTrunk({ ...trunk, ...more[sid] }, { prefix: '', priority: index });
      control.phones.set(`${index + 1}${NUMBER.slice(1)}`, script);
    }
  }

  async function call(): Promise<LiveLeg> {
    made += 1;
    const leg: Leg = {
      sid: `CA${String(made).padStart(32, '0')}`,
      accountSid: ACCOUNT,
      direction: 'outbound-api',
      from: '+4930100',
      to: NUMBER,
      sipHeaders: [],
      createdAt: clock.now(),
    };
    const live = await journal.begin(leg, { type: 'place' });
    calls.add(live);
    const resolved = await resolveTarget(directory, ACCOUNT, { kind: 'number', number: NUMBER });
    const order = { from: leg.from, headers: [], timeoutS: 30 };
    await placeLeg({ calls, control, journal, clock }, live, resolved, order);
    return live;
  }

  const tried = () => control.commandsNamed('place').map(([, , order]) => trunkOf(order as PlaceOrder));
  const told = () => store.notifications.map(({ errorCode, message }) => `${errorCode} ${message}`);
  const events = () =>
    store.events.filter(({ kind }) => kind === 'state').map(({ data }) => data['event'] ?? data['status']);

  for (const [what, script, why] of [
    ['says 503', refuses(503), '503 Service Unavailable'],
    ['says 500', refuses(500), '500 Server Internal Error'],
    [
      'says nothing in its time',
      [[5000, { type: 'end', sipStatus: 408, why: 'silent' }]],
      '408 Request Timeout: silent',
    ],
    ['is not reachable', NO_WAY, 'no route'],
  ] as readonly (readonly [string, PhoneScript, string])[]) {
    it(`goes by the next one when the first one ${what}, and stays one leg`, async () => {
      trunks({ [FIRST]: script, [SECOND]: ANSWERS });
      const live = await call();
      await clock.advance(8000);
      assert.deepEqual([live.status, live.leg.trunkSid, tried()], ['in-progress', SECOND, [FIRST, SECOND]]);
      const message = `Trunk ${FIRST} did not take the call to 14930123456 (${why}); the call goes on with trunk ${SECOND}`;
      assert.deepEqual(told(), [`32011 ${message}`]);
      assert.deepEqual(events(), ['initiated', 'ringing', 'answered']);
      await hangUpLeg({ control, journal, clock }, live);
    });
  }

  for (const sipStatus of [404, 403, 480, 486, 488, 600, 603]) {
    it(`ends with ${sipStatus}, which is an answer and no failure`, async () => {
      trunks({ [FIRST]: refuses(sipStatus), [SECOND]: ANSWERS });
      const live = await call();
      await clock.advance(1000);
      assert.deepEqual([live.state.phase, tried(), told()], ['ended', [FIRST], []]);
    });
  }

  it('ends with what the trunk says once the callee has rung', async () => {
    trunks({ [FIRST]: RINGS_THEN_503, [SECOND]: ANSWERS });
    const live = await call();
    await clock.advance(1000);
    assert.deepEqual([live.status, tried()], ['failed', [FIRST]]);
  });

  it('ends with what the last trunk says when all fail, and its timeline names each try', async () => {
    trunks({ [FIRST]: refuses(503), [SECOND]: NO_WAY, [THIRD]: refuses(502) });
    const live = await call();
    await clock.advance(1000);
    assert.deepEqual(tried(), [FIRST, SECOND, THIRD]);
    assert.ok(live.state.phase === 'ended');
    assert.deepEqual(live.state.cause, { sipStatus: 502 });
    assert.equal(live.status, 'failed');
    assert.deepEqual(
      store.events.filter(({ kind }) => kind === 'notice').map(({ data }) => data['message']),
      [
        'Trunk TK1 did not take the call to 14930123456 (503 Service Unavailable); the call goes on with trunk TK2',
        'Trunk TK2 did not take the call to 24930123456 (no route); the call goes on with trunk TK3',
        'Trunk TK3 did not take the call to 34930123456 (502 Bad Gateway); there is no other trunk for it',
      ],
    );
    assert.equal(store.leg(live.sid)?.leg.trunkSid, THIRD);
  });

  it('skips a trunk whose channels are all in use', async () => {
    trunks({ [FIRST]: ANSWERS, [SECOND]: ANSWERS }, { [FIRST]: { maxChannels: 1 } });
    const one = await call();
    const other = await call();
    await clock.advance(3000);
    assert.deepEqual([one.leg.trunkSid, other.leg.trunkSid], [FIRST, SECOND]);
    for (const live of [one, other]) await hangUpLeg({ control, journal, clock }, live);
  });

  it('gives the channel of a trunk that failed back at once', async () => {
    trunks({ [FIRST]: refuses(503), [SECOND]: ANSWERS }, { [FIRST]: { maxChannels: 1 } });
    const live = await call();
    await clock.advance(1000);
    const release = calls.trunks.take(FIRST, 1);
    assert.ok(release !== undefined);
    release();
    await hangUpLeg({ control, journal, clock }, live);
    assert.ok(calls.trunks.take(SECOND, 1) !== undefined);
  });

  it('is not placed again when it is given up or hung up meanwhile', async () => {
    trunks({ [FIRST]: [[60_000, { type: 'ring' }]], [SECOND]: ANSWERS });
    const live = await call();
    const giving = giveUpLeg({ control, journal, clock }, live, { as: 'no-answer', why: 'too long' });
    await clock.advance(100);
    await giving;
    const other = await call();
    await hangUpLeg({ control, journal, clock }, other);
    assert.deepEqual([live.status, other.state.phase, tried()], ['no-answer', 'ended', [FIRST, FIRST]]);
  });

  it('goes past a trunk that has failed three times in a row, for half a minute', async () => {
    trunks({ [FIRST]: refuses(503), [SECOND]: refuses(486) });
    for (let nth = 0; nth < 4; nth += 1) {
      await call();
      await clock.advance(1000);
    }
    assert.deepEqual(tried(), [FIRST, SECOND, FIRST, SECOND, FIRST, SECOND, SECOND]);
    await clock.advance(30_000);
    await call();
    await clock.advance(1000);
    assert.deepEqual(tried().slice(7), [FIRST, SECOND]);
  });

  it('is tried with its only trunk, however often that has failed', async () => {
    trunks({ [FIRST]: refuses(503) });
    for (let nth = 0; nth < 5; nth += 1) {
      await call();
      await clock.advance(1000);
    }
    assert.deepEqual(tried(), [FIRST, FIRST, FIRST, FIRST, FIRST]);
    assert.deepEqual(told(), []);
  });
});

function trunkOf({ target }: PlaceOrder): string | undefined {
  return target.kind === 'trunk' ? target.trunkSid : undefined;
}
