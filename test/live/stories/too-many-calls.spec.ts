import assert from 'node:assert/strict';
import { SipFailure } from '../../../src/phone/phone.ts';
import { FIRST_DOCUMENT, orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';
import { makeAccount } from '../../support/story-account.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const WAITS = '<Response><Play digits="1"/><Pause length="60"/></Response>';

stories(
  'More calls than MAX_CALLS',
  (story) => {
    it('get 503 and 429 at once, and the next one is taken when a call is over', async () => {
      const { app } = story();
      app.reply('/voice', WAITS);
      app.reply('/number', { status: 204 });
      await story().number('1000');
      const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
      const first = await alice.call('1000');
      await first.audio.heardDigits('1');

      const { how, status } = await (await bob.call('1000')).ended;
      assert.deepEqual({ how, status }, { how: 'refused', status: 503 });
      const refused = await story().rest('POST', '/Calls.json', {
        To: 'client:bob',
        From: '+15550100',
        Url: app.url('/voice'),
      });
      assert.deepEqual([refused.status, refused.json['code']], [429, 20429]);
      await first.hangUp();
      await story().quiet();

      await orderCall(story());
      const atBob = await bob.incoming();
      await atBob.answer();
      await atBob.audio.heardDigits('1');
      assert.equal((await (await alice.call('1000')).ended).status, 503);
      await atBob.hangUp();
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': ['POST CallStatus=ringing Direction=inbound'],
        'A /number': [
          'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
          'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
          'POST CallStatus=completed Direction=inbound SequenceNumber=2',
        ],
        'B /voice': [FIRST_DOCUMENT],
        'B /status': [STATUS.initiated, STATUS.answered, STATUS.completed],
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-api completed' });
    });

    it('may be dialled by a call: only calls count, not the legs that they make', async () => {
      const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
      const call = await alice.call('bob');
      const atBob = await bob.incoming();
      atBob.ring();
      await atBob.answer();
      await call.answered;
      await call.hangUp();
      await story().quiet();
      assert.deepEqual(await story().legs(NAMES), { B: 'inbound completed, outbound-dial completed' });
    });
  },
  { MAX_CALLS: '1' },
);

stories(
  'A client that calls twenty times at one moment, where ten calls may be',
  (story) => {
    it('gets eight; another client of the account and one of another account are served meanwhile', async () => {
      const { app } = story();
      app.reply('/voice', WAITS);
      app.reply('/number', { status: 204 });
      await story().number('1000');
      const neighbour = await makeAccount(story());
      const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
      const number = { PhoneNumber: '2000', VoiceUrl: app.url('/voice') };
      const client = { Login: 'eve', Password: 'correct-horse' };
      for (const [collection, form] of [
        ['IncomingPhoneNumbers', number],
        ['Clients', client],
      ] as const) {
        const made = await neighbour.rest('POST', `/${collection}.json`, form);
        assert.equal(made.status, 201, JSON.stringify(made.json));
        story().onEnd(() => neighbour.rest('DELETE', `/${collection}/${String(made.json['sid'])}.json`));
      }
      const eve = await story().anotherPhone('eve', '127.0.0.1');
      const calls = await Promise.all(Array.from({ length: 20 }, () => alice.call('1000')));
      const outcomes = await Promise.all(
        calls.map((call) =>
          call.answered.then(
            () => 'served',
            (error: unknown) => (error instanceof SipFailure ? error.status : String(error)),
          ),
        ),
      );
      const served = calls.filter((_, index) => outcomes[index] === 'served');
      assert.deepEqual([served.length, outcomes.filter((outcome) => outcome === 503).length], [8, 12]);
      const others = [await bob.call('1000'), await eve.call('2000')];
      for (const call of others) await call.audio.heardDigits('1');
      assert.equal((await (await bob.call('1000')).ended).status, 503);
      await Promise.all([...served, ...others].map((call) => call.hangUp()));
      await story().quiet();
      assert.deepEqual(await story().legs({ '1000': 'A' }), {
        A: Array.from({ length: 9 }, () => 'inbound completed').join(', '),
      });
    });
  },
  { MAX_CALLS: '10' },
);
