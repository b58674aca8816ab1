import assert from 'node:assert/strict';
import type { OutgoingCall, Phone } from '../../src/phone/phone.ts';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { lockDatabase } from '../support/locked-database.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A' };
const SERVED = { 'A /voice': VOICE, 'A /number': numberIsTold() };

faultStories('A call comes to a Legwork that dies', (story) => {
  async function aliceCalls(): Promise<OutgoingCall> {
    const alice = await story().phone('alice');
    return alice.call('1000');
  }

  beforeEach(async () => {
    story().app.reply('/voice', '<Response><Play digits="7"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number('1000');
  });

  async function isServed(call: OutgoingCall): Promise<void> {
    await call.audio.heardDigits('7');
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), SERVED);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  }

  it('before anything of the call was written down: it is served after the restart', async () => {
    const { stack } = story();
    const alice = await story().phone('alice');
    const unlock = await lockDatabase(stack.dataDir);
    const call = await alice.call('1000');
    const inStasis = async () =>
      ((await stack.ari('channels')) as { dialplan: { app_name: string } }[]).some(
        ({ dialplan }) => dialplan.app_name === 'Stasis',
      );
    await waitUntil('the call is with Legwork', inStasis);
    await waitUntil('it cannot be written down', async () => (await stack.health()).database !== 'up');
    await stack.crash();
    await unlock();
    assert.deepEqual(call.provisional, [100]);
    await stack.start();
    await isServed(call);
  });

  it('while Legwork is away: it rings, and is served when Legwork is back', async () => {
    const alice = await story().phone('alice');
    await isServed(await callWhileAway(alice));
  });

  /** A caller is given ten seconds, and a start on a busy machine may take longer: then she calls again. */
  async function callWhileAway(alice: Phone): Promise<OutgoingCall> {
    const { stack } = story();
    for (;;) {
      await stack.crash();
      let isAway = true;
      const starting = stack.start().then(() => {
        isAway = false;
      });
      while (isAway) {
        const call = await alice.call('1000');
        await call.ringing;
        const isAnswered = await call.answered.then(
          () => true,
          () => false,
        );
        if (!isAnswered) continue;
        await starting;
        return call;
      }
    }
  }

  it('Asterisk is the same, and the phones are registered as before', async () => {
    const { stack } = story();
    const bob = await story().phone('bob');
    const before = (await stack.ari('asterisk/info')) as { system: unknown; status: unknown };
    await stack.restart();
    const after = (await stack.ari('asterisk/info')) as { system: unknown; status: unknown };
    assert.deepEqual(after.status, before.status);
    story().app.reply('/voice', '<Response><Dial>client:bob</Dial></Response>');
    const call = await aliceCalls();
    const atBob = await bob.incoming();
    await atBob.answer();
    await call.answered;
    await call.hangUp();
    await atBob.ended;
    await story().quiet();
    assert.deepEqual(await story().legs({ ...NAMES, bob: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
    });
  });
});
