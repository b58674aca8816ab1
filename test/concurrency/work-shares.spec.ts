import assert from 'node:assert/strict';
import { WorkShares } from '../../src/concurrency/work-shares.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A thread that is busy with the work that is done, whose pieces may cost more than was estimated. */
class Thread {
  readonly clock = new FakeClock();
  readonly done = new Map<string, number>();
  /** When all that it was given is done. */
  #freeAt = this.clock.steady();
  #idleMs = 0;
  #readAt = this.clock.steady();
  readonly shares = new WorkShares(this.clock, {
    read: () => {
      const now = this.clock.steady();
      this.#idle(now);
      const busy = 1 - this.#idleMs / Math.max(1, now - this.#readAt);
      this.#idleMs = 0;
      this.#readAt = now;
      return { busy, lateMs: 0 };
    },
  });

  #idle(now: number): void {
    this.#idleMs += Math.max(0, now - this.#freeAt);
    this.#freeAt = Math.max(now, this.#freeAt);
  }

  /** An account does one thing after the other, `pauseMs` after each. */
  works(account: string, { ms, pauseMs, costs = ms }: { ms: number; pauseMs: number; costs?: number }) {
    const stopping = new AbortController();
    const run = async () => {
      while (!stopping.signal.aborted) {
        await this.shares.turn(account, ms)?.(stopping.signal);
        const now = this.clock.steady();
        this.#idle(now);
        this.#freeAt += costs;
        await this.clock.sleep(this.#freeAt - now, stopping.signal);
        this.done.set(account, (this.done.get(account) ?? 0) + costs);
        await this.clock.sleep(pauseMs, stopping.signal);
      }
    };
    void run();
    return () => stopping.abort();
  }

  /** Milliseconds of work in a second that each account does in the next `ms`. */
  async rates(ms: number): Promise<Record<string, number>> {
    this.done.clear();
    await this.clock.advance(ms);
    return Object.fromEntries([...this.done].map(([account, worked]) => [account, (worked / ms) * 1000]));
  }
}

function works(
  thread: Thread,
  account: string,
  workers: number,
  work: Parameters<Thread['works']>[1],
): () => void {
  const ends = Array.from({ length: workers }, () => thread.works(account, work));
  return () => {
    for (const end of ends) end();
  };
}

describe('Shares of the work', () => {
  it('leave an account alone that has the process for itself, however busy it is', async () => {
    const thread = new Thread();
    const end = works(thread, 'many', 20, { ms: 5, pauseMs: 20 });
    const { many = 0 } = await thread.rates(5_000);
    assert.ok(many > 950, `${many} ms/s`);
    assert.equal(thread.shares.isOver('many'), false);
    end();
  });

  it('leave everybody alone while the thread has time', async () => {
    const thread = new Thread();
    const ends = [
      works(thread, 'more', 5, { ms: 5, pauseMs: 50 }),
      works(thread, 'few', 1, { ms: 5, pauseMs: 50 }),
    ];
    const { more = 0, few = 0 } = await thread.rates(5_000);
    assert.ok(more > 400 && few > 80, `${more} and ${few} ms/s`);
    for (const end of ends) end();
  });

  for (const [what, costs] of [
    ['', 5],
    [', also when its work costs three times what was estimated', 15],
  ] as const) {
    it(`hold back the account that does most, until the thread has time again${what}`, async () => {
      const thread = new Thread();
      const ends = [
        works(thread, 'many', 20, { ms: 5, pauseMs: 20, costs }),
        works(thread, 'few', 2, { ms: 5, pauseMs: 50 }),
      ];
      await thread.rates(5_000);
      const { many = 0, few = 0 } = await thread.rates(5_000);
      assert.ok(few > 140, `${few} ms/s`);
      assert.ok(many > 300 && many + few < 900, `${many} ms/s beside ${few}`);
      assert.equal(thread.shares.isOver('few'), false);
      for (const end of ends) end();
    });
  }

  it('let it go on as before once the other account is gone', async () => {
    const thread = new Thread();
    const end = works(thread, 'many', 20, { ms: 5, pauseMs: 20 });
    const endFew = works(thread, 'few', 2, { ms: 5, pauseMs: 50 });
    await thread.rates(5_000);
    endFew();
    await thread.rates(5_000);
    const { many = 0 } = await thread.rates(5_000);
    assert.ok(many > 950, `${many} ms/s`);
    end();
  });

  it('divide it equally between two that both want all of it', async () => {
    const thread = new Thread();
    const ends = ['one', 'other'].map((account) => works(thread, account, 20, { ms: 5, pauseMs: 20 }));
    await thread.rates(5_000);
    const { one = 0, other = 0 } = await thread.rates(5_000);
    assert.ok(one < other * 1.5 && other < one * 1.5, `${one} and ${other} ms/s`);
    for (const end of ends) end();
  });

  it('begin nothing new for an account that owes work which did not wait', async () => {
    const thread = new Thread();
    const end = works(thread, 'few', 2, { ms: 5, pauseMs: 50 });
    const spending = works(thread, 'many', 20, { ms: 5, pauseMs: 10 });
    await thread.rates(5_000);
    thread.shares.spend('many', 100_000);
    assert.equal(thread.shares.isOver('many'), true);
    spending();
    await thread.rates(3_000);
    assert.equal(thread.shares.isOver('many'), false);
    end();
  });

  it('do not keep anybody waiting whose signal aborts', async () => {
    const thread = new Thread();
    const ends = [
      works(thread, 'many', 20, { ms: 5, pauseMs: 10 }),
      works(thread, 'few', 2, { ms: 5, pauseMs: 50 }),
    ];
    await thread.rates(5_000);
    const gone = new AbortController();
    thread.shares.spend('many', 1_000);
    let isOver = false;
    const wait = thread.shares.turn('many', 5);
    assert.ok(wait !== undefined);
    void wait(gone.signal).then(() => {
      isOver = true;
    });
    await thread.clock.advance(0);
    assert.equal(isOver, false);
    gone.abort();
    await thread.clock.advance(0);
    assert.equal(isOver, true);
    assert.equal(thread.shares.turn('few', 1), undefined);
    for (const end of ends) end();
  });
});
