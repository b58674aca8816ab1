import assert from 'node:assert/strict';
import { highestRate } from '../../bench/measures/highest-rate.ts';

/** The rate that is found when everything up to `limit` holds, and the rates that were tried. */
async function search(limit: number): Promise<{ found: number; tried: readonly number[] }> {
  const tried: number[] = [];
  const holds = async (rate: number) => {
    tried.push(rate);
    return rate <= limit;
  };
  return { found: await highestRate(holds, { first: 20, most: 400, precision: 1.1 }), tried };
}

describe('The search for the highest rate', () => {
  it('doubles until a rate fails, then halves the gap', async () => {
    assert.deepEqual(await search(97), { found: 95, tried: [20, 40, 80, 160, 120, 100, 90, 95] });
  });

  it('goes below the first rate when that fails', async () => {
    assert.deepEqual(await search(7), { found: 7, tried: [20, 10, 5, 7, 8] });
  });

  it('says 0 when nothing holds', async () => {
    assert.equal((await search(0)).found, 0);
  });

  it('ends at the highest rate that is asked for', async () => {
    assert.deepEqual(await search(1_000), { found: 400, tried: [20, 40, 80, 160, 320, 400] });
  });

  it('finds every limit, as precisely as was asked for', async () => {
    for (let limit = 1; limit <= 400; limit += 1) {
      const { found } = await search(limit);
      assert.ok(found <= limit && (found + 1 > limit || found * 1.1 >= limit), `${limit}: ${found}`);
    }
  });
});
