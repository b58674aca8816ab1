import assert from 'node:assert/strict';
import {
  actionIsTold,
  aliceCalls,
  ANSWERED_ELSEWHERE,
  legIsTold,
  numberIsTold,
  VOICE,
} from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', Bob: 'B' };
const DIAL_BOB = '<Dial action="/after" timeout="5"><Client statusCallback="/bob">Bob</Client></Dial>';
const TALKED =
  'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200';

stories('Bob has two phones, which are one leg', (story) => {
  async function bothRing() {
    story().app.reply('/after', '<Response/>');
    const [desk, mobile] = [await story().phone('bob'), await story().anotherPhone('bob', '127.0.0.9')];
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const [atDesk, atMobile] = await Promise.all([desk.incoming(), mobile.incoming()]);
    atDesk.ring();
    atMobile.ring();
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
    return { call, atDesk, atMobile };
  }

  for (const which of ['atDesk', 'atMobile'] as const) {
    it(`lets him answer ${which}, and the other stops ringing and shows no missed call`, async () => {
      const both = await bothRing();
      const { call } = both;
      const answering = both[which];
      const other = both[which === 'atDesk' ? 'atMobile' : 'atDesk'];
      await answering.answer();
      assert.deepEqual(await other.canceled, ANSWERED_ELSEWHERE);
      answering.audio.sendTone(697);
      call.audio.sendTone(852);
      await Promise.all([call.audio.heardTone(697), answering.audio.heardTone(852)]);
      await answering.hangUp();
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': [TALKED],
        'A /number': numberIsTold('completed'),
        'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    });
  }

  it('is busy when both are busy, and not before', async () => {
    const { call, atDesk, atMobile } = await bothRing();
    atDesk.reject(486, 'Busy Here');
    const { ari } = story().stack.legwork.foundation;
    const channels = async () => ((await ari.run('channels', 'list')) as unknown[]).length;
    await waitUntil('Asterisk knows that the desk phone is busy', async () => (await channels()) === 2);
    assert.equal(atMobile.isOver, false);
    atMobile.reject(486, 'Busy Here');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('busy', 486),
      'A /number': numberIsTold('busy'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'busy'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });

  it('ends at once when he declines on one of them', async () => {
    const { call, atDesk, atMobile } = await bothRing();
    atDesk.reject(603, 'Decline');
    await atMobile.canceled;
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('busy', 603),
      'A /number': numberIsTold('busy'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'busy'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });

  it('stops both when Alice hangs up', async () => {
    const { call, atDesk, atMobile } = await bothRing();
    await call.hangUp();
    await Promise.all([atDesk.canceled, atMobile.canceled]);
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('canceled', undefined, 'completed'),
      'A /number': numberIsTold('ringing'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial canceled' });
  });
});
