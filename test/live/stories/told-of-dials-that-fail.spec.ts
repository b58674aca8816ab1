import assert from 'node:assert/strict';
import {
  actionIsTold,
  aliceCalls,
  legIsTold,
  MISSED,
  numberIsTold,
  VOICE,
} from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';

const BOB = '<Client statusCallback="/bob">bob</Client>';
const NAMES = { '1000': 'A', bob: 'B' };
const EARLY_TONE = 620;

/** The number's callbacks of a call that its caller gave up before anybody answered it. */
const GIVEN_UP = [
  'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
  'POST CallStatus=canceled Direction=inbound DialCallStatus=ringing SequenceNumber=1',
];

stories('A ring group of five who are all busy', (story) => {
  it('tells of each of the five, once, and asks one action', async () => {
    const logins = ['bob', 'carol', 'dave', 'erin', 'frank'];
    const phones = await Promise.all(logins.map((login) => story().phone(login)));
    for (const phone of phones) {
      phone.onIncoming((call) => {
        call.ring();
        call.reject(486, 'Busy Here');
      });
    }
    const paths = logins.map((login) => `/${login}`);
    const nouns = logins.map((login) => `<Client statusCallback="/${login}">${login}</Client>`).join('');
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), `<Dial action="/after">${nouns}</Dial>`, paths);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    const names = Object.fromEntries([['1000', 'A'], ...logins.map((login) => [login, login])]);
    assert.deepEqual(story().requests(names), {
      'A /voice': VOICE,
      'A /after': actionIsTold('busy', 486),
      'A /number': numberIsTold('busy'),
      ...Object.fromEntries(
        logins.map((login) => [`${login} /${login}`, legIsTold(['initiated', 'ringing'], 'busy')]),
      ),
    });
  });
});

stories('Alice gives up before Bob has answered, and was not answered herself', (story) => {
  for (const [title, attributes, progresses] of [
    ['he rings', '', false],
    ['she hears his early media', '', true],
    ['a ringTone is asked for', ' ringTone="de"', false],
    ['a ringTone of a file is asked for', ' ringTone="/ringing.wav"', false],
    ['a ringTone is asked for, in place of his early media', ' ringTone="/ringing.wav"', true],
  ] as const) {
    it(`is told as ringing, then canceled, each once: ${title}`, async () => {
      const bob = await story().phone('bob');
      story().app.reply('/after', '<Response><Say>Never heard.</Say></Response>');
      const dial = `<Dial answerOnBridge="true" action="/after"${attributes}>${BOB}</Dial>`;
      const { call } = await aliceCalls(story(), dial);
      const atBob = await bob.incoming();
      atBob.audio.sendTone(EARLY_TONE);
      if (progresses) atBob.progress();
      else atBob.ring();
      await call.ringing;
      if (progresses && attributes === '') await call.audio.heardTone(EARLY_TONE, { forMs: 300 });
      await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
      await call.cancel();
      assert.deepEqual(await atBob.canceled, MISSED);
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': actionIsTold('canceled', undefined, 'canceled'),
        'A /number': GIVEN_UP,
        'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound canceled', B: 'outbound-dial canceled' });
    });
  }
});

stories('A callee that says 487 although nobody has cancelled', (story) => {
  it('has failed, and the action is asked at once', async () => {
    const bob = await story().phone('bob');
    bob.onIncoming((call) => {
      call.ring();
      call.reject(487, 'Request Terminated');
    });
    story().app.reply('/after', '<Response><Play digits="5"/></Response>');
    const { call } = await aliceCalls(story(), `<Dial action="/after" timeout="60">${BOB}</Dial>`);
    await call.audio.heardDigits('5');
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed', 487),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'failed'),
    });
  });
});

stories('A Dial with answerOnBridge that fails', (story) => {
  it('is followed by Hangup: Alice is answered and hung up, not left ringing', async () => {
    const bob = await story().phone('bob');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    const { call } = await aliceCalls(story(), `<Dial answerOnBridge="true">${BOB}</Dial><Hangup/>`);
    assert.equal((await call.answered).status, 200);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });
});

stories('A Client of a name that nobody can have', (story) => {
  it('has failed, and the notification says why', async () => {
    story().app.reply('/after', '<Response/>');
    const client = '<Client statusCallback="/bob">La Lavie</Client>';
    const { call } = await aliceCalls(story(), `<Dial action="/after">${client}</Dial>`);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests({ '1000': 'A', 'La Lavie': 'B' }), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed'),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
    assert.match((await story().notices('1000')).join('\n'), /There is no client La Lavie/);
  });
});
