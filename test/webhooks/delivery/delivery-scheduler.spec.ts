import assert from 'node:assert/strict';
import { destinationOf } from '../../../src/call/callbacks-queue.ts';
import { DeliveryScheduler, type Turn } from '../../../src/webhooks/delivery/delivery-scheduler.ts';
import type { Outcome } from '../../../src/webhooks/delivery/destination-pace.ts';
import { DueTimes } from '../../../src/concurrency/due-times.ts';

const ALL = 10_000;

describe('who may be sent callbacks now', () => {
  let scheduler: DeliveryScheduler;
  let running: Turn[];

  beforeEach(() => {
    scheduler = new DeliveryScheduler({ total: 512, perDestination: 64 });
    running = [];
  });

  const to = (account: string, host: string, path = '/status') => `${account} ${host} ${path}`;

  /** Gives away places, and keeps them in `running`. */
  function begin(most = ALL, now = 0): readonly Turn[] {
    const turns = scheduler.turns(now, most);
    running.push(...turns);
    return turns;
  }

  /** Ends what is under way there, or everywhere. */
  function end(outcome: Outcome, destination?: string): void {
    const over = running.filter((turn) => destination === undefined || turn.destination === destination);
    running = running.filter((turn) => !over.includes(turn));
    for (const turn of over) scheduler.finish(turn, outcome);
  }

  const runningAt = (destination: string) =>
    running.filter((turn) => turn.destination === destination).length;
  const destinations = (turns: readonly Turn[]) => turns.map(({ destination }) => destination);
  const patience = (turns: readonly Turn[]) => turns.map(({ patient }) => patient);

  /** Where it is proven that somebody answers. */
  function answers(destination: string): void {
    scheduler.add(destination, 1);
    begin();
    end('replied', destination);
  }

  it('one callback at a time goes at once, and nothing goes when nothing is owed', () => {
    assert.deepEqual(begin(), []);
    scheduler.add(to('A', 'x'), 1);
    assert.deepEqual(destinations(begin()), [to('A', 'x')]);
    assert.deepEqual([begin(), scheduler.running], [[], 1]);
    end('replied');
    assert.deepEqual([begin(), scheduler.running], [[], 0]);
  });

  it('what is due later goes then, the earliest first', () => {
    scheduler.addLater(to('A', 'x'), 300);
    scheduler.addLater(to('A', 'y'), 200);
    scheduler.addLater(to('A', 'x'), 100);
    assert.equal(scheduler.nextAt, 100);
    assert.deepEqual(begin(ALL, 99), []);
    assert.deepEqual(destinations(begin(ALL, 100)), [to('A', 'x')]);
    assert.equal(scheduler.nextAt, 200);
    assert.deepEqual(destinations(begin(ALL, 1000)), [to('A', 'y')]);
    assert.equal(scheduler.nextAt, undefined);
  });

  it('an account that does more than its share waits, and nobody else does', () => {
    let over = 'A';
    scheduler = new DeliveryScheduler({ total: 512, perDestination: 64 }, (account) => account === over);
    scheduler.add(to('A', 'x'), 1);
    assert.deepEqual([begin(), scheduler.isHoldingBack], [[], true]);
    scheduler.add(to('B', 'x'), 1);
    assert.deepEqual([destinations(begin()), scheduler.isHoldingBack], [[to('B', 'x')], true]);
    over = '';
    assert.deepEqual([destinations(begin()), scheduler.isHoldingBack], [[to('A', 'x')], false]);
  });

  it('accounts take turns, however much one is owed', () => {
    answers(to('A', 'x'));
    answers(to('B', 'x'));
    scheduler.add(to('A', 'x'), 1000);
    scheduler.add(to('B', 'x'), 2);
    const [a, b] = [to('A', 'x'), to('B', 'x')];
    assert.deepEqual(destinations(begin(5)), [a, b, a, b, a]);
  });

  it('the destinations of an account take turns too', () => {
    const [x, y] = [to('A', 'x', '/one'), to('A', 'x', '/two')];
    answers(x);
    answers(y);
    scheduler.add(x, 1000);
    scheduler.add(y, 2);
    assert.deepEqual(destinations(begin(5)), [x, y, x, y, x]);
  });

  it('a path that hangs takes no place of another path of the same host', () => {
    const [hang, ok] = [to('A', 'x', '/hang'), to('B', 'x', '/ok')];
    scheduler.add(hang, 24);
    assert.equal(begin().length, 8);
    for (let turn = 0; turn < 100; turn += 1) {
      scheduler.add(ok, 1);
      assert.deepEqual(destinations(begin()), [ok]);
      end('replied', ok);
    }
    assert.equal(runningAt(hang), 8);
  });

  it('hundreds that hang leave most places to others, those of their own account who answer among them', () => {
    answers(to('A', 'well'));
    for (let host = 0; host < 400; host += 1) scheduler.add(to('A', `h${host}`), 1);
    const hanging = begin().length;
    assert.equal(hanging, 32);
    scheduler.add(to('B', 'x'), 8);
    scheduler.add(to('A', 'well'), 8);
    begin();
    assert.deepEqual([runningAt(to('B', 'x')), runningAt(to('A', 'well'))], [8, 8]);
  });

  it('many accounts that take all places they get leave some to the next one', () => {
    for (let account = 0; account < 30; account += 1) {
      for (let host = 0; host < 20; host += 1) {
        answers(to(`A${account}`, `h${host}`));
        scheduler.add(to(`A${account}`, `h${host}`), 1000);
      }
      begin();
    }
    assert.ok(scheduler.running < 512 + 30 * 4);
    answers(to('Z', 'x'));
    scheduler.add(to('Z', 'x'), 8);
    begin();
    assert.equal(runningAt(to('Z', 'x')), 4);
  });

  it('whoever comes while hundreds hang is not the last to be asked', () => {
    for (let host = 0; host < 400; host += 1) scheduler.add(to('A', `h${host}`), 1);
    begin();
    scheduler.add(to('A', 'new'), 1);
    scheduler.finish(running.shift() as Turn, 'timed-out');
    scheduler.finish(running.shift() as Turn, 'timed-out');
    assert.ok(destinations(begin()).includes(to('A', 'new')));
  });

  it('when hundreds were never asked, most are asked with little patience, so that each has its turn soon', () => {
    for (let host = 0; host < 400; host += 1) scheduler.add(to('A', `h${host}`), 1);
    const asked = patience(begin());
    assert.deepEqual([asked.length, asked.filter(Boolean).length], [32, 8]);
    scheduler.add(to('B', 'x'), 1);
    assert.deepEqual(patience(begin()), [true]);
  });

  it('a destination that answers gets more at a time, up to the setting', () => {
    const x = to('A', 'x');
    const sizes: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      scheduler.add(x, 1000);
      begin();
      sizes.push(runningAt(x));
      end('replied');
    }
    assert.deepEqual(sizes, [8, 16, 32, 64, 64, 64]);
  });

  it('one that is owed little is given no more than it has shown', () => {
    const x = to('A', 'x');
    for (let round = 0; round < 50; round += 1) answers(x);
    scheduler.add(x, 1000);
    begin();
    assert.equal(runningAt(x), 8);
  });

  it('one that does not answer gets half as many with each round, and one in the end', () => {
    const x = to('A', 'x');
    const sizes: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      scheduler.add(x, 1000);
      begin();
      sizes.push(runningAt(x));
      end('timed-out');
    }
    assert.deepEqual(sizes, [8, 4, 2, 1, 1]);
  });

  it('one that answers again gets one more with each round', () => {
    const x = to('A', 'x');
    scheduler.add(x, 1000);
    for (let round = 0; round < 5; round += 1) {
      begin();
      end('timed-out');
    }
    const sizes: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      scheduler.add(x, 1000);
      begin();
      sizes.push(runningAt(x));
      end('replied');
    }
    assert.deepEqual(sizes, [1, 2, 2, 3, 4, 5, 6, 7]);
  });

  it('one that says it has too much to do gets half as many, and is not taken for one that hangs', () => {
    const x = to('A', 'x');
    scheduler.add(x, 1000);
    begin();
    end('busy');
    begin();
    assert.equal(runningAt(x), 4);
    assert.ok(running.every(({ patient, standing }) => patient && standing === 'answering'));
  });

  it('one that timed out is asked with little patience, but each fourth time with all of it', () => {
    const x = to('A', 'x');
    scheduler.add(x, 1000);
    const asked: boolean[] = [];
    for (let round = 0; round < 9; round += 1) {
      const [turn, ...more] = scheduler.turns(0, ALL);
      for (const one of more) scheduler.takeBack(one);
      scheduler.add(x, more.length + 1);
      asked.push(turn?.patient === true);
      scheduler.finish(turn as Turn, 'timed-out');
    }
    assert.deepEqual(asked, [true, false, false, false, true, false, false, false, true]);
  });

  it('a new path is trusted where its host answers, and no more when nothing on the host does', () => {
    const isTrusted = (path: string) => {
      scheduler.add(to('A', 'x', path), 1);
      const [turn] = scheduler.turns(0, 1);
      scheduler.takeBack(turn as Turn);
      scheduler.clear(to('A', 'x', path));
      return turn?.standing === 'answering';
    };
    assert.equal(isTrusted('/a'), false);
    answers(to('A', 'x'));
    assert.equal(isTrusted('/b'), true);
    for (let path = 0; path < 8; path += 1) {
      scheduler.add(to('A', 'x', `/hang${path}`), 1);
      begin();
      end('timed-out');
    }
    assert.equal(isTrusted('/c'), false);
    answers(to('A', 'x'));
    assert.equal(isTrusted('/d'), true);
  });

  it('a place that was not needed is as if it had never been given', () => {
    const x = to('A', 'x');
    scheduler.add(x, 8);
    for (const turn of begin()) scheduler.takeBack(turn);
    assert.equal(scheduler.running, 0);
    scheduler.add(x, 100);
    assert.equal(begin().length, 8);
    scheduler.clear(x);
    assert.deepEqual(begin(), []);
  });

  it('serves everybody in the end, whoever answers, hangs or fails, and never gives too much', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const outcomes: readonly Outcome[] = ['replied', 'busy', 'timed-out', 'failed'];
    const owed = new Map<string, number>();
    for (let step = 0; step < 3000; step += 1) {
      const name = to(`A${random(5)}`, `h${random(20)}`, `/${random(3)}`);
      scheduler.add(name, 1);
      owed.set(name, (owed.get(name) ?? 0) + 1);
    }
    let served = 0;
    for (let rounds = 0; served < 3000; rounds += 1) {
      assert.ok(rounds < 3000, 'somebody is never served');
      for (const turn of begin(1 + random(64)))
        owed.set(turn.destination, (owed.get(turn.destination) ?? 0) - 1);
      assert.ok(scheduler.running === running.length && running.length <= 512 + 5 * 4);
      for (let over = random(running.length + 1); over > 0; over -= 1) {
        const [turn] = running.splice(random(running.length), 1);
        scheduler.finish(turn as Turn, outcomes[random(outcomes.length)] ?? 'failed');
        served += 1;
      }
    }
    assert.deepEqual(
      [...owed.values()].filter((left) => left !== 0),
      [],
    );
  });

  it('forgets destinations that have long been idle, and none that is owed something', () => {
    scheduler.addLater(to('A', 'waits'), 5);
    for (let host = 0; host < 20_000; host += 1) answers(to('A', `h${host}`));
    assert.deepEqual(destinations(begin(ALL, 5)), [to('A', 'waits')]);
  });
});

describe('the destination of a callback', () => {
  const of = (url: string) => destinationOf({ accountSid: 'AC1', url });

  it('is its account, its host and its path, without what names one call', () => {
    assert.equal(of('https://u:p@App.example:8443/a/status?x=1#y'), 'AC1 app.example:8443 /a/status');
    assert.equal(of('http://a.example'), 'AC1 a.example /');
    assert.equal(of('http://a.example/v1/calls/17/end'), 'AC1 a.example /v1/calls/*/end');
    assert.equal(of('http://a.example/CA0123456789abcdef/end'), 'AC1 a.example /*/end');
    assert.equal(of('http://a.example/6f9619ff-8b86-d011-b42d-00cf4fc964ff'), 'AC1 a.example /*');
    assert.equal(of('nonsense'), 'AC1  ');
    assert.ok(of(`http://a.example/${'long'.repeat(1000)}`).length < 300);
  });
});

describe('times that fall due', () => {
  it('come in their order', () => {
    const due = new DueTimes<number>();
    const times = Array.from({ length: 500 }, (_, index) => (index * 7919) % 503);
    for (const at of times) due.add(at, at);
    const out: number[] = [];
    for (let entry = due.shift(); entry !== undefined; entry = due.shift()) out.push(entry.item);
    assert.deepEqual(
      out,
      [...times].sort((a, b) => a - b),
    );
    assert.equal(due.earliest, undefined);
  });
});
