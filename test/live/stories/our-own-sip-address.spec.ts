import assert from 'node:assert/strict';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { orderCall } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', bob: 'B', nobody: 'B' };

stories(
  'A SIP address of ours',
  (story) => {
    for (const host of ['127.0.0.1:PORT', 'localhost:PORT', '198.51.100.7:PORT', 'voice.example.com']) {
      it(`at ${host} rings our client`, async () => {
        const bob = await story().phone('bob');
        const address = `sip:bob@${host.replace('PORT', String(story().stack.sip.port))}`;
        const sip = `<Sip statusCallback="/bob">${address}</Sip>`;
        const { call } = await aliceCalls(story(), `<Dial>${sip}</Dial>`, ['/bob']);
        const atBob = await bob.incoming();
        await atBob.answer();
        atBob.audio.sendTone(697);
        await call.audio.heardTone(697);
        await call.hangUp();
        await story().quiet();
        assert.deepEqual(story().requests(NAMES), {
          'A /voice': VOICE,
          'A /number': numberIsTold('in-progress'),
          'B /bob': legIsTold(['initiated', 'answered'], 'completed'),
        });
        assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
      });
    }

    it('rings our client from REST, too', async () => {
      const bob = await story().phone('bob');
      await orderCall(story(), { To: 'sip:Bob@voice.example.com', Rcml: '<Response/>' });
      (await bob.incoming()).reject(486, 'Busy Here');
      await story().quiet();
      assert.deepEqual(await story().legs({ Bob: 'A' }), { A: 'outbound-api busy' });
    });

    it('that names nobody fails at once, and says so', async () => {
      story().app.reply('/after', '<Response/>');
      const sip = '<Sip statusCallback="/bob">sip:nobody@voice.example.com</Sip>';
      const { call } = await aliceCalls(story(), `<Dial action="/after">${sip}</Dial>`, ['/bob']);
      await call.ended;
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': actionIsTold('failed'),
        'A /number': numberIsTold('failed'),
        'B /bob': legIsTold(['initiated'], 'failed'),
      });
      assert.deepEqual(await story().notices('1000'), [
        'Dial, line 1: There is no client nobody at voice.example.com, which is this installation',
      ]);
    });
  },
  { SIP_DOMAINS: 'voice.example.com', EXTERNAL_ADDRESS: '198.51.100.7' },
);
