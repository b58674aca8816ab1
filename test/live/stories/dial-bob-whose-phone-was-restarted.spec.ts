import assert from 'node:assert/strict';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B', carol: 'C' };
const DIAL_BOB = '<Dial action="/after" timeout="60"><Client statusCallback="/bob">bob</Client></Dial>';
const ANSWERS = [
  { status: 486, reason: 'Busy Here', outcome: 'busy' },
  { status: 480, reason: 'Temporarily Unavailable', outcome: 'no-answer' },
  { status: 404, reason: 'Not Found', outcome: 'failed' },
] as const;

stories("Bob's phone was restarted, and its former registration stands", (story) => {
  /** Asterisk has two contacts of Bob, and nobody is at the first. */
  async function restartedPhone() {
    const before = await story().phone('bob');
    await before.stop({ abruptly: true });
    return story().anotherPhone('bob', '127.0.0.9');
  }

  for (const { status, reason, outcome } of ANSWERS) {
    it(`its ${status} decides before the time is up, and Carol rings`, async () => {
      const bob = await restartedPhone();
      const carol = await story().phone('carol');
      bob.onIncoming((call) => call.reject(status, reason));
      story().app.reply('/after', '<Response><Dial><Client>carol</Client></Dial></Response>');
      const { call } = await aliceCalls(story(), DIAL_BOB);
      // The minute that Bob may ring is longer than this waits.
      const atCarol = await carol.incoming();
      await atCarol.answer();
      await atCarol.hangUp();
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': actionIsTold(outcome, status),
        'A /number': numberIsTold('completed'),
        'B /bob': legIsTold(['initiated'], outcome),
      });
      assert.deepEqual(await story().legs(NAMES), {
        A: 'inbound completed',
        B: `outbound-dial ${outcome}`,
        C: 'outbound-dial completed',
      });
    });
  }

  it('its 486 decides at the latest when the time is up', async () => {
    const bob = await restartedPhone();
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB.replace('"60"', '"2"'));
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('busy', 486),
      'A /number': numberIsTold('busy'),
      'B /bob': legIsTold(['initiated'], 'busy'),
    });
  });

  it('a REST call ends busy as well', async () => {
    const bob = await restartedPhone();
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    const created = await story().rest('POST', '/Calls.json', {
      To: 'client:bob',
      From: 'shop',
      Timeout: '60',
      Url: story().app.url('/voice'),
    });
    assert.equal(created.status, 201);
    // The minute that Bob may ring is longer than this waits.
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api busy' });
  });

  it('rings on, while the desk phone is busy and nobody is at the former address', async () => {
    const bob = await restartedPhone();
    const desk = await story().anotherPhone('bob', '127.0.0.10');
    desk.onIncoming((call) => call.reject(486, 'Busy Here'));
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await call.audio.heardTone(697);
    await call.hangUp();
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
    });
  });

  it('the former address is gone a few seconds after the new one came', async () => {
    const bob = await restartedPhone();
    const { json } = await story().rest('GET', '/Clients.json');
    const [client] = (json['clients'] as { sid: string; login: string }[]).filter(
      ({ login }) => login === 'bob',
    );
    const contacts = async () => (await story().rest('GET', `/Clients/${client?.sid}.json`)).json['contacts'];
    await waitUntil('one contact is left', async () => ((await contacts()) as string[]).length === 1);
    assert.deepEqual(await contacts(), [bob.uri]);
  });

  it('rings once where a NAT gave it another port and still lets both through', async () => {
    await story().client('bob');
    const contact = 'sip:bob@10.0.0.5:5060';
    const before = await story().anotherPhone('bob', '127.0.0.9', contact);
    // Which of two is the later one Asterisk tells in whole seconds.
    const second = Math.floor(Date.now() / 1000);
    await waitUntil('the next second has begun', () => Math.floor(Date.now() / 1000) > second);
    const now = await story().anotherPhone('bob', '127.0.0.9', contact);
    let former = 0;
    before.onIncoming((call) => {
      former += 1;
      call.reject(486, 'Busy Here');
    });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    await (await now.incoming()).answer();
    await call.answered;
    await call.hangUp();
    await story().quiet();
    assert.equal(former, 0);
  });
});
