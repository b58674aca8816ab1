import fc from 'fast-check';
import { RandomCall, story } from '../../support/random-calls.ts';

/** `FUZZ_CALLS=10000` takes some minutes. */
const CALLS = Number(process.env['FUZZ_CALLS'] ?? 60);

describe('A call to which anything happens in any order', () => {
  it('ends every leg once, tells it once, and requests its action once', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (one) => {
        const call = new RandomCall(one);
        await call.play();
        call.check();
      }),
      { numRuns: CALLS },
    );
  }).timeout(CALLS * 200 + 10_000);
});
