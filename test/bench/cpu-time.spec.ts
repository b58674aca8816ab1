import assert from 'node:assert/strict';
import { busyTicks, processTimes, treeTicks } from '../../bench/load/cpu-time.ts';

describe("A process's time", () => {
  it('is its own and that of its children that have ended, whatever its name', () => {
    const stat = '42 (a (b) c) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 500 1000 100';
    assert.deepEqual(processTimes(stat), { pid: 42, parent: 7, ticks: 110, childTicks: 77 });
  });

  it('has all below it, but for those that are counted apart', () => {
    const of = (pid: number, parent: number, ticks: number) => ({ pid, parent, ticks, childTicks: 0 });
    const all = [of(1, 0, 1_000), of(2, 1, 1), of(3, 2, 10), of(4, 3, 100), of(5, 1, 500)];
    assert.equal(treeTicks(all, 2), 111);
    assert.equal(treeTicks(all, 2, new Set([3])), 1);
    assert.equal(treeTicks(all, 3, new Set([3])), 110);
    assert.equal(treeTicks(all, 99), 0);
  });
});

describe("The machine's busy time", () => {
  it('leaves out idle and iowait', () => {
    assert.equal(busyTicks('cpu  1 2 4 1000 2000 8 16 32 0 0\ncpu0 9 9 9'), 63);
  });
});
