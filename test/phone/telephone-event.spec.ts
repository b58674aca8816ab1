import assert from 'node:assert/strict';
import { DigitSender } from '../../src/phone/telephone-event.ts';

const OVER = new Error('the call is over');

describe('digits that a phone sends while its call ends', () => {
  /** Two frames of tone and two of pause for each digit. */
  const SHAPE = { toneMs: 40, gapMs: 40 };

  /** What becomes of `1` and of the `23` after it when the call ends after so many frames. */
  async function endAfter(frames: number): Promise<readonly string[]> {
    const sender = new DigitSender();
    const sent = [sender.push('1', SHAPE), sender.push('23', SHAPE)];
    for (let at = 0; at < frames; at += 1) sender.next(at * 160);
    sender.stop(OVER);
    assert.equal(sender.next(frames * 160), undefined);
    const ends = await Promise.allSettled(sent);
    return ends.map((end) => (end.status === 'fulfilled' ? 'sent' : String(end.reason)));
  }

  const NOT = String(OVER);
  for (const [when, frames, ends] of [
    ['before the first', 0, [NOT, NOT]],
    ['within the tone of the first', 1, [NOT, NOT]],
    ['within the pause after the first, which may have ended it', 2, ['sent', NOT]],
    ['within the tone of the last', 9, ['sent', NOT]],
    ['within the pause after the last', 10, ['sent', 'sent']],
  ] as const) {
    it(when, async () => {
      assert.deepEqual(await endAfter(frames), ends);
    });
  }

  it('are refused once it has ended', async () => {
    const sender = new DigitSender();
    sender.stop(OVER);
    await assert.rejects(sender.push('1', SHAPE), OVER);
    assert.equal(sender.next(0), undefined);
  });
});
