import assert from 'node:assert/strict';
import { type Answer, ApplicationServer, hang, reset } from '../support/application-server.ts';
import { endless } from '../support/bad-replies.ts';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';

const NAMES = { '1000': 'A', '2000': 'B' };
const MINUTE_MS = 60_000;

const ILL: Readonly<Record<string, Answer>> = {
  'breaks the connection': reset,
  'never answers': hang,
  'says 500': { status: 500 },
  'sends HTML': { headers: { 'content-type': 'text/html' }, body: '<html><body>Oops' },
  'sends garbage': { body: Buffer.from([0xff, 0xfe, 0x00, 0x3c, 0x52]) },
  'never ends': endless('<!-- and so on -->'.repeat(1000), 5),
};

faultStories(
  'The application server',
  (story) => {
    for (const [what, answer] of Object.entries(ILL)) {
      it(`${what} when it is asked for a document: the fallback is asked`, async () => {
        const { app } = story();
        app.reply('/voice', answer);
        app.reply('/fallback', '<Response><Play digits="7"/></Response>');
        app.reply('/number', { status: 204 });
        await story().number('1000', { VoiceFallbackUrl: app.url('/fallback') });
        const alice = await story().phone('alice');
        const call = await alice.call('1000');
        await call.audio.heardDigits('7');
        await call.ended;
        await story().quiet();
        const { 'A /fallback': fallback, 'A /voice': voice, ...others } = story().requestsOnce(NAMES);
        assert.deepEqual(voice, VOICE);
        assert.match(
          fallback?.join() ?? '',
          /^POST CallStatus=ringing Direction=inbound ErrorCode=\d{5} ErrorUrl=\/voice$/,
        );
        assert.deepEqual(others, { 'A /number': numberIsTold() });
        assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
      });
    }

    it('never answers callbacks: those of another receiver come at once, its own when it is well again', async () => {
      const { app } = story();
      const other = await ApplicationServer.start();
      other.reply('/number', { status: 204 });
      app.reply('/voice', '<Response><Play digits="7"/></Response>');
      app.reply('/number', hang);
      await story().number('1000');
      await story().number('2000', { StatusCallback: other.url('/number') });
      const alice = await story().phone('alice');
      for (let call = 0; call < 10; call += 1) await (await alice.call('1000')).ended;
      const began = Date.now();
      await (await alice.call('2000')).ended;
      await other.waitFor(3);
      assert.ok(Date.now() - began < 10_000);
      const told = other.requests.map(({ params }) => Number(params['SequenceNumber']));
      assert.deepEqual(told, [0, 1, 2]);
      assert.ok((await story().stack.health()).callbacks.pending >= 30);
      app.reply('/number', { status: 204 });
      await app.waitFor(
        (requests) =>
          new Set(
            requests
              .filter(({ path }) => path === '/number')
              .map(({ headers }) => headers['i-idempotency-token']),
          ).size === 30,
        MINUTE_MS,
      );
      await story().quiet();
      await other.stop();
      const { 'A /number': number } = story().requestsOnce(NAMES);
      assert.equal(number?.length, 30);
      for (const sequence of ['0', '1', '2']) {
        assert.equal(number?.filter((line) => line.endsWith(`SequenceNumber=${sequence}`)).length, 10);
      }
    });
  },
  () => Promise.resolve({ WEBHOOK_TIMEOUT_MS: '1500', CALLBACK_RETRY_SCHEDULE_S: '1' }),
);
