import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { OwnThreadLoad } from '../../src/concurrency/thread-load.ts';

const LOOK_MS = 200;

describe('The load of the thread', () => {
  it('is high while it works', () => {
    const load = new OwnThreadLoad();
    load.read();
    const until = process.cpuUsage().user + LOOK_MS * 1000;
    while (process.cpuUsage().user < until);
    const { busy } = load.read();
    assert.ok(busy > 0.1, String(busy));
  });

  it('is low while it waits for a processor, or for another program, although its event loop stands still', () => {
    const load = new OwnThreadLoad();
    load.read();
    spawnSync('sleep', [String(LOOK_MS / 1000)]);
    const { busy } = load.read();
    assert.ok(busy < 0.5, String(busy));
  });
});
