import assert from 'node:assert/strict';
import { Settlements } from '../../../src/store/callbacks/settlements.ts';
import type { Settled } from '../../../src/store/callbacks/settle.ts';
import { StoreUnavailableError } from '../../../src/records/repositories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../both-databases.ts';

function delivered(callbackSid: string): Settled {
  return { attempt: { callbackSid, at: 0, durationMs: 1, status: 204 }, settlement: { state: 'delivered' } };
}

const first = () => undefined;

describe('Whoever reads after what became of callbacks is written', () => {
  let settlements: Settlements;
  let written: string[];
  /** Called while something is being written. */
  let meanwhile: () => void;

  beforeEach(() => {
    written = [];
    meanwhile = () => undefined;
    const table = {
      settle: async (settled: readonly Settled[]) => {
        await new Promise((resolve) => setImmediate(resolve));
        meanwhile();
        written.push(...settled.map(({ attempt }) => attempt.callbackSid));
        return new Map();
      },
    };
    settlements = new Settlements({ table, clock: new FakeClock(), log: quiet, first }, () => undefined);
  });

  it('does not wait for the bulk: all is written at once, also what came while something was being written', async () => {
    const first = settlements.now(delivered('CB1'));
    settlements.later(delivered('CB2'), 'line');
    settlements.later(delivered('CB3'), 'line');
    await settlements.written();
    assert.deepEqual(written, ['CB1', 'CB2', 'CB3']);
    await first;
  });

  // Born of a neighbour whose receivers failed without end: each list of calls or callbacks then took a second.
  it('waits for nothing that comes later, however much keeps coming', async () => {
    let more = 0;
    meanwhile = () => {
      more += 1;
      if (more <= 1_000) void settlements.now(delivered(`later ${more}`));
    };
    settlements.later(delivered('CB1'), 'line');
    await settlements.written();
    assert.deepEqual(written, ['CB1']);
  });

  it('does not wait for a database that cannot write', async () => {
    meanwhile = () => {
      throw new StoreUnavailableError('database is locked');
    };
    settlements.later(delivered('CB1'), 'line');
    await settlements.written();
    assert.deepEqual([written, settlements.size], [[], 1]);
  });

  it('waits for nothing when there is nothing', async () => {
    await settlements.written();
    assert.deepEqual(written, []);
  });
});

describe('An outcome that the database refuses', () => {
  it('keeps no other one from being written', async () => {
    const written: string[] = [];
    const waited: boolean[] = [];
    const table = {
      settle: async (settled: readonly Settled[]) => {
        const sids = settled.map(({ attempt }) => attempt.callbackSid);
        if (sids.includes('bad')) throw new Error('not a number');
        written.push(...sids);
        waited.push(settlements.hasLine('CB2'));
        return new Map();
      },
    };
    const logged: object[] = [];
    const log = { ...quiet, error: (fields: object) => void logged.push(fields) };
    const settlements: Settlements = new Settlements(
      { table, clock: new FakeClock(), log, first },
      () => undefined,
    );
    for (const sid of ['CB1', 'bad', 'CB2']) settlements.later(delivered(sid), sid);
    await settlements.written();
    assert.deepEqual(waited, [true, false], 'what is not written yet is known to wait');
    assert.deepEqual([written, settlements.size], [['CB1', 'CB2'], 0]);
    assert.deepEqual(
      logged.map((fields) => (fields as { callbackSid: string }).callbackSid),
      ['bad'],
    );
  });
});
