import assert from 'node:assert/strict';
import { Phone } from '../../../src/phone/phone.ts';
import { stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

// A phone that is gone: test/equipment/long/phone-is-gone.spec.ts.
stories(
  'A phone that sends no sound',
  (story) => {
    for (const [why, silence] of [
      ['because it is muted', async () => undefined],
      ['because it holds us', (call: { hold(): Promise<unknown> }) => call.hold()],
    ] as const) {
      it(`${why} is asked by a re-INVITE whether it is there, and stays`, async () => {
        story().app.reply('/voice', '<Response><Gather timeout="60"/></Response>');
        story().app.reply('/number', { status: 204 });
        await story().number('1000');
        await story().client('alice');
        let asked = 0;
        const alice = await Phone.start({
          name: 'alice',
          password: 'correct-horse',
          server: story().stack.sip,
          onTrace: (direction, text) => {
            if (direction === 'received' && text.startsWith('INVITE ')) asked += 1;
          },
        });
        await alice.register();
        const call = await alice.call('1000');
        await call.answered;
        call.audio.stopSending();
        await silence(call);
        await waitUntil('it is asked twice', () => asked >= 2);
        assert.equal(call.isOver, false);
        await call.hangUp();
        await story().quiet();
        await alice.stop();
        const [leg] = await story().calls();
        assert.deepEqual([leg?.status, leg?.ended_by], ['completed', 'caller']);
      });
    }
  },
  { MEDIA_TIMEOUT_S: '1' },
);
