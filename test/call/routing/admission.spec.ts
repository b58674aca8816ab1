import assert from 'node:assert/strict';
import { Admission, type Caller, callerOf } from '../../../src/call/routing/admission.ts';
import type { Leg } from '../../../src/call/leg/leg.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sharesHoldingBack } from '../../support/work-shares.ts';

const ALICE: Caller = { accountSid: 'AC1', client: 'alice' };
const BOB: Caller = { accountSid: 'AC1', client: 'bob' };
const EVE: Caller = { accountSid: 'AC2', client: 'eve' };
const TRUNK: Caller = { accountSid: 'AC1' };

/** How many of so many calls are taken. */
function taken(admission: Admission, caller: Caller, calls: number): number {
  return Array.from({ length: calls }, () => admission.admit(caller)).filter(Boolean).length;
}

describe('Admission', () => {
  it('takes a burst of one second and then the rate', async () => {
    const clock = new FakeClock();
    const admission = new Admission({ callsPerSecond: 2, calls: 100 }, clock);
    assert.equal(taken(admission, TRUNK, 3), 2);
    await clock.advance(500);
    assert.equal(taken(admission, TRUNK, 2), 1);
    await clock.advance(60_000);
    assert.equal(taken(admission, TRUNK, 3), 2);
  });

  it('takes the rate, whatever the clock of the machine is set to', async () => {
    const clock = new FakeClock();
    const admission = new Admission({ callsPerSecond: 2, calls: 100 }, clock);
    assert.equal(taken(admission, TRUNK, 3), 2);
    clock.jump(25 * 3_600_000);
    assert.equal(taken(admission, TRUNK, 3), 0);
    clock.jump(-26 * 3_600_000);
    await clock.advance(1_000);
    assert.equal(taken(admission, TRUNK, 3), 2);
  });

  it('counts a call from the moment at which it is taken until its place is given back, once', () => {
    const admission = new Admission({ callsPerSecond: 50, calls: 2 }, new FakeClock());
    const first = admission.admit(TRUNK);
    assert.equal(taken(admission, TRUNK, 30), 1);
    first?.();
    first?.();
    assert.equal(taken(admission, TRUNK, 30), 1);
  });

  it('counts the calls of a former process, also above the limit', () => {
    const admission = new Admission({ callsPerSecond: 50, calls: 2 }, new FakeClock());
    const held = [TRUNK, TRUNK, TRUNK].map((caller) => admission.hold(caller));
    assert.equal(taken(admission, EVE, 1), 0);
    held[0]?.();
    assert.equal(taken(admission, EVE, 1), 0);
    held[1]?.();
    assert.equal(taken(admission, EVE, 2), 1);
  });

  it('keeps places for the other clients of an account, and for other accounts', () => {
    const admission = new Admission({ callsPerSecond: 1000, calls: 20 }, new FakeClock());
    assert.equal(taken(admission, ALICE, 30), 16);
    assert.equal(taken(admission, BOB, 30), 2);
    assert.equal(taken(admission, TRUNK, 30), 0);
    assert.equal(taken(admission, EVE, 30), 2);
  });

  it('keeps new calls of each second for the other clients of an account, and for other accounts', async () => {
    const clock = new FakeClock();
    const admission = new Admission({ callsPerSecond: 20, calls: 1000 }, clock);
    const burst = () => [ALICE, BOB, EVE].map((caller) => taken(admission, caller, 500));
    assert.deepEqual(burst(), [16, 2, 2]);
    await clock.advance(1000);
    assert.deepEqual(burst(), [16, 2, 2]);
  });

  it('gives an account that comes later the places that end, until it has what it needs', () => {
    const admission = new Admission({ callsPerSecond: 1000, calls: 100 }, new FakeClock());
    const running = Array.from({ length: 100 }, () => admission.admit(TRUNK)).filter(
      (place) => place !== undefined,
    );
    assert.equal(running.length, 90);
    let served = taken(admission, EVE, 20);
    assert.equal(served, 8);
    for (const place of running.slice(0, 15)) {
      place();
      taken(admission, TRUNK, 10);
      served += taken(admission, EVE, 20 - served);
    }
    assert.equal(served, 20);
  });

  it('serves an account with few new calls whatever number another one tries', async () => {
    const clock = new FakeClock();
    const admission = new Admission({ callsPerSecond: 50, calls: 100_000 }, clock);
    let many = 0;
    let few = 0;
    for (let at = 0; at < 30_000; at += 25) {
      many += taken(admission, TRUNK, 10);
      if (at % 125 === 0) few += taken(admission, EVE, 1);
      await clock.advance(25);
    }
    assert.equal(few, 240);
    assert.ok(many > 30 * 40 && many < 30 * 43 + 50, `${many} others`);
  });

  it('lets a trunk, or who orders calls over REST, have all that its account may have', () => {
    const admission = new Admission({ callsPerSecond: 1000, calls: 20 }, new FakeClock());
    assert.equal(taken(admission, TRUNK, 30), 18);
  });

  it('lets one client have a limit of one', () => {
    const admission = new Admission({ callsPerSecond: 1, calls: 1 }, new FakeClock());
    assert.equal(taken(admission, ALICE, 2), 1);
  });

  it('says that there is no room before anybody looks where a call goes, and takes nothing for saying so', async () => {
    const clock = new FakeClock();
    const admission = new Admission({ callsPerSecond: 10, calls: 10 }, clock);
    for (let asked = 0; asked < 500; asked += 1) assert.equal(admission.hasRoom('alice'), true);
    assert.equal(taken(admission, ALICE, 30), 8);
    assert.deepEqual(
      [admission.hasRoom('alice'), admission.hasRoom('bob'), admission.hasRoom()],
      [false, true, true],
    );
    taken(admission, EVE, 30);
    assert.equal(admission.hasRoom(), false);
  });

  it('takes nothing once it is closed, or while the database cannot write', () => {
    let canStore = false;
    const admission = new Admission({ callsPerSecond: 50, calls: 2 }, new FakeClock(), {
      canStore: () => canStore,
    });
    assert.deepEqual([admission.admit(ALICE), admission.hasRoom()], [undefined, false]);
    canStore = true;
    assert.equal(admission.hasRoom(), true);
    admission.close();
    assert.deepEqual(
      [admission.admit(ALICE), admission.hasRoom(), admission.closed],
      [undefined, false, true],
    );
  });

  it('takes no new call of an account that is held back', async () => {
    const clock = new FakeClock();
    const shares = await sharesHoldingBack('AC1', clock);
    const admission = new Admission({ callsPerSecond: 50, calls: 100 }, clock, { shares });
    assert.deepEqual([taken(admission, ALICE, 5), taken(admission, EVE, 5)], [0, 5]);
  });

  it('takes no new call of an account with a second of calls that wait for their turn', async () => {
    const clock = new FakeClock();
    const pace = { isFull: (accountSid: string) => accountSid === 'AC1' };
    const admission = new Admission({ callsPerSecond: 50, calls: 100 }, clock, { pace });
    assert.deepEqual([taken(admission, ALICE, 5), taken(admission, EVE, 5)], [0, 5]);
  });

  it('takes few new calls while everything is late', async () => {
    const clock = new FakeClock();
    const load = { read: () => ({ busy: 1, lateMs: 500 }) };
    const admission = new Admission({ callsPerSecond: 1000, calls: 1000 }, clock, { load });
    for (let at = 0; at < 10_000; at += 500) {
      taken(admission, TRUNK, 100);
      await clock.advance(500);
    }
    assert.ok(taken(admission, TRUNK, 100) <= 10);
    assert.equal(admission.hasRoom(), false);
  });

  it('knows whose call a leg is', () => {
    const leg: Leg = {
      sid: 'CA1',
      accountSid: 'AC1',
      direction: 'inbound',
      from: 'alice',
      to: '1000',
      sipHeaders: [],
      createdAt: 0,
    };
    assert.deepEqual(callerOf(leg), ALICE);
    assert.deepEqual(callerOf({ ...leg, trunkSid: 'TK1' }), TRUNK);
    assert.deepEqual(callerOf({ ...leg, direction: 'outbound-api' }), TRUNK);
  });
});
