import assert from 'node:assert/strict';
import { ApplicationServer } from '../support/application-server.ts';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A' };

faultStories('Legwork is killed while it owes callbacks', (story) => {
  it('what was sent and not confirmed is sent again, with the same token', async () => {
    const { app } = story();
    await aliceListens(story(), '<Play digits="1"/><Pause length="2"/>');
    let hung = false;
    app.reply('/number', ({ params }) => {
      if (hung || params['CallStatus'] !== 'completed') return { status: 204 };
      hung = true;
      return undefined;
    });
    await app.waitFor((requests) => requests.some(({ params }) => params['CallStatus'] === 'completed'));
    await story().stack.restart();
    await story().quiet();
    const told = app.to('/number').filter(({ params }) => params['CallStatus'] === 'completed');
    const [first, again] = told.map(({ headers, body }) => [headers['i-idempotency-token'], body]);
    assert.equal(told.length, 2);
    assert.deepEqual(first, again);
    assert.deepEqual(story().requestsOnce(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold() });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  for (const status of ['ringing', 'in-progress', 'completed']) {
    it(`the call goes on whose state is in the journal, and not in the tables yet: ${status}`, async () => {
      const { app, stack } = story();
      app.reply('/voice', '<Response><Play digits="1"/><Pause length="2"/></Response>');
      let crashed: Promise<void> | undefined;
      // It is sent as soon as the journal has it, and the tables have it up to 150 ms later.
      app.reply('/number', ({ params }) => {
        if (params['CallStatus'] === status) crashed ??= stack.crash();
        return { status: 204 };
      });
      await story().number('1000');
      const alice = await story().phone('alice');
      const call = await alice.call('1000');
      await waitUntil('Legwork is dead', () => crashed !== undefined);
      await crashed;
      await stack.start();
      await call.ended;
      await story().quiet();
      assert.deepEqual(story().requestsOnce(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold() });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    });
  }

  it('what could not be sent is sent in its order when the receiver is there again', async () => {
    const receiver = await ApplicationServer.start();
    const { port } = new URL(receiver.origin);
    const StatusCallback = receiver.url('/number');
    await receiver.stop();
    const { app } = story();
    await story().number('1000', { StatusCallback });
    app.reply('/voice', '<Response><Play digits="1"/></Response>');
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await call.ended;
    await story().stack.crash();
    const back = await ApplicationServer.start({ port: Number(port) });
    back.reply('/number', { status: 204 });
    await story().stack.start();
    await story().quiet();
    const told = back
      .to('/number')
      .map(({ params }) => `${params['SequenceNumber']} ${params['CallStatus']}`);
    await back.stop();
    assert.deepEqual(told, ['0 ringing', '1 in-progress', '2 completed']);
    assert.deepEqual(story().requestsOnce(NAMES), { 'A /voice': VOICE });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});
