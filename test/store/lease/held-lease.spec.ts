import assert from 'node:assert/strict';
import { HeldLease } from '../../../src/store/lease/held-lease.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const SCOPE = { switchId: 'a', node: 'b', epoch: 4 };

describe('A held lease', () => {
  let clock: FakeClock;
  let lease: HeldLease;
  let told: string[];

  beforeEach(() => {
    clock = new FakeClock();
    lease = new HeldLease(SCOPE, clock, clock.steady());
    told = [];
    lease.onLapse(() => told.push('lapse'));
    lease.onRenewed(() => told.push('renewed'));
    lease.lost.addEventListener('abort', () => told.push('lost'));
  });

  it('lapses 8 s after the sending of its last renewal, however late the reply came', async () => {
    await clock.advance(5_000);
    lease.renewed(clock.steady() - 1_500);
    await clock.advance(6_499);
    assert.deepEqual([lease.isLiving(), lease.lapse.aborted, told], [true, false, []]);
    await clock.advance(1);
    assert.deepEqual([lease.isLiving(), lease.lapse.aborted, told], [false, true, ['lapse']]);
  });

  it('lets those go on who waited when it is renewed, with another signal', async () => {
    await clock.advance(8_000);
    const lapsed = lease.lapse;
    let goesOn = false;
    const waiting = lease.living().then(() => (goesOn = true));
    await clock.advance(20_000);
    assert.equal(goesOn, false);
    lease.renewed(clock.steady());
    await waiting;
    assert.deepEqual([lapsed.aborted, lease.lapse.aborted, told], [true, false, ['lapse', 'renewed']]);
  });

  it('is not made living by a renewal that was sent too long ago', async () => {
    await clock.advance(20_000);
    lease.renewed(clock.steady() - 8_000);
    assert.deepEqual([lease.isLiving(), told], [false, ['lapse']]);
  });

  it('does not live on, nor wake anybody, once it is lost', async () => {
    let goesOn = false;
    lease.lose();
    void lease.living().then(() => (goesOn = true));
    lease.renewed(clock.steady());
    await clock.advance(20_000);
    assert.deepEqual([lease.isLiving(), goesOn, told], [false, false, ['lapse', 'lost']]);
  });

  it('waits for a renewal when somebody else seems to act for the switch', async () => {
    lease.doubt();
    assert.equal(lease.isLiving(), false);
    lease.renewed(clock.steady());
    assert.deepEqual([lease.isLiving(), told], [true, ['lapse', 'renewed']]);
  });
});
