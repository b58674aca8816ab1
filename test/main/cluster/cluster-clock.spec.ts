import assert from 'node:assert/strict';
import { ClusterClock } from '../../../src/main/cluster/cluster-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const DATABASE = 1_800_000_000_000;

describe('The clock of a node', () => {
  it('has the time of the database, whatever the clock of the machine says, and runs by its steady clock', async () => {
    const machine = new FakeClock();
    const clock = new ClusterClock(machine, DATABASE, machine.steady());
    await machine.advance(5_000);
    assert.deepEqual([clock.now(), clock.steady()], [DATABASE + 5_000, DATABASE + 5_000]);
  });

  it('follows the database, while its steady time never jumps', async () => {
    const machine = new FakeClock();
    const clock = new ClusterClock(machine, DATABASE, machine.steady());
    await machine.advance(2_000);
    clock.set(DATABASE + 2_300, machine.steady());
    assert.deepEqual([clock.now(), clock.steady()], [DATABASE + 2_300, DATABASE + 2_000]);
  });
});
