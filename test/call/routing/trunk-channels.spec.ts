import assert from 'node:assert/strict';
import { TrunkChannels } from '../../../src/call/routing/trunk-channels.ts';

describe('The channels of a trunk', () => {
  it('are taken up to its limit, and again when they are given back', () => {
    const trunks = new TrunkChannels();
    const first = trunks.take('TK1', 2);
    assert.ok(first !== undefined && trunks.take('TK1', 2) !== undefined);
    assert.equal(trunks.take('TK1', 2), undefined);
    assert.ok(trunks.take('TK2', 1) !== undefined);
    first();
    assert.ok(trunks.take('TK1', 2) !== undefined);
  });

  it('are given back once, however often somebody says so', () => {
    const trunks = new TrunkChannels();
    const [first, second] = [trunks.take('TK1'), trunks.take('TK1')];
    assert.ok(first !== undefined && second !== undefined);
    first();
    first();
    assert.equal(trunks.take('TK1', 1), undefined);
  });

  it('count also while there is no limit, so that a new limit holds at once', () => {
    const trunks = new TrunkChannels();
    trunks.take('TK1');
    assert.equal(trunks.take('TK1', 1), undefined);
  });
});
