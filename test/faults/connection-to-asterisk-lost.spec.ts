import assert from 'node:assert/strict';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { type ProxiedLegwork, prepareProxiedLegwork } from '../support/proxied-legwork.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };

describe('The connection to Asterisk is lost', () => {
  let proxied: ProxiedLegwork;

  after(async function () {
    this.timeout(30_000);
    await proxied.stop();
  });

  faultStories(
    'in the middle of calls',
    (story) => {
      function isDown(): Promise<void> {
        return waitUntil(
          'Legwork knows',
          async () => (await story().stack.health()).asterisk !== 'up',
          15_000,
        );
      }

      it('for a second: they talk on, and everything is told', async () => {
        const talk = await aliceAndBobTalk(story());
        proxied.proxy.cut();
        await isDown();
        await areHeard(talk);
        proxied.proxy.restore();
        await waitUntil('it is back', async () => (await story().stack.health()).asterisk === 'up');
        await areHeard(talk);
        await talk.atBob.hangUp();
        await talk.call.ended;
        await story().quiet();
        assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
        assert.deepEqual(await story().legs(NAMES), TALKED);
      });

      it('and Bob hangs up meanwhile: his leg ends when it is back, and everything is told', async () => {
        const talk = await aliceAndBobTalk(story());
        proxied.proxy.cut();
        await talk.atBob.hangUp();
        await isDown();
        proxied.proxy.restore();
        await talk.call.ended;
        await story().quiet();
        assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
        assert.deepEqual(await story().legs(NAMES), TALKED);
      });

      it('without a word: Legwork notices, and what happened meanwhile is made good', async () => {
        const talk = await aliceAndBobTalk(story());
        const carol = await story().phone('carol');
        story().app.reply('/other', '<Response><Play digits="7"/></Response>');
        story().app.reply('/2000', { status: 204 });
        await story().number('2000', {
          VoiceUrl: story().app.url('/other'),
          StatusCallback: story().app.url('/2000'),
        });
        proxied.proxy.freeze();
        await talk.atBob.hangUp();
        const unheard = await carol.call('2000');
        await isDown();
        proxied.proxy.restore();
        await talk.call.ended;
        await unheard.audio.heardDigits('7');
        await unheard.ended;
        await story().quiet();
        assert.deepEqual(story().requests({ ...NAMES, '2000': 'C' }), {
          ...BOB_HUNG_UP,
          'C /other': VOICE,
          'C /2000': numberIsTold(),
        });
        assert.deepEqual(await story().legs({ ...NAMES, '2000': 'C' }), {
          ...TALKED,
          C: 'inbound completed',
        });
      });
    },
    async () => {
      proxied = await prepareProxiedLegwork();
      return proxied.legwork;
    },
  );
});
