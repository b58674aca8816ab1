import assert from 'node:assert/strict';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { lasting } from '../support/lasting.ts';
import { orderCall, STATUS } from '../support/live-rest-calls.ts';
import { makeTrunk } from '../support/story-trunk.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B', carol: 'C' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };

faultStories('Asterisk', (story) => {
  /**
   * Kills Asterisk; resolves when Legwork has seen both its end and that of their connection, which come in
   * either order. `/health` says so too, but only as long as it is away.
   */
  async function dies(): Promise<void> {
    const { stack } = story();
    const from = stack.output.length;
    process.kill(await stack.asteriskPid(), 'SIGKILL');
    await waitUntil('Legwork knows', () =>
      ['Asterisk has ended', 'no connection to Asterisk'].every((line) => stack.output.includes(line, from)),
    );
  }

  function isUp(): Promise<void> {
    const up = async () => (await story().stack.health()).status === 'up';
    return waitUntil('Asterisk is up', up, 60_000);
  }

  it('dies: every leg ends and is told of, it is started again, and phones can call again', async () => {
    await aliceAndBobTalk(story());
    const carol = await story().phone('carol');
    await orderCall(story(), { To: 'client:carol' });
    const atCarol = await carol.incoming();
    atCarol.ring();
    await story().app.waitFor((requests) =>
      requests.some(({ path, params }) => path === '/status' && params['CallEvent'] === 'ringing'),
    );
    await dies();
    const order = { To: 'client:carol', From: '1', Url: story().app.url('/voice') };
    assert.equal((await story().rest('POST', '/Calls.json', order)).status, 503);
    await isUp();
    await story().quiet();
    const { 'A /number': number, 'A /after': after, ...requests } = story().requests(NAMES);
    assert.deepEqual(requests, {
      'A /voice': VOICE,
      'B /bob': BOB_HUNG_UP['B /bob'],
      'C /status': [STATUS.initiated, STATUS.ringing, STATUS.failed],
    });
    // Both ends are noticed in one moment; which is told first is open.
    assert.deepEqual(number?.slice(0, 2), numberIsTold().slice(0, 2));
    assert.match(
      number?.[2] ?? '',
      /CallStatus=completed .*DialCallStatus=(completed|in-progress) SequenceNumber=2/,
    );
    assert.match(after?.[0] ?? '', /DialCallStatus=completed DialBridged=true/);
    assert.equal(number?.length, 3);
    assert.equal(after?.length, 1);
    assert.deepEqual(await story().legs(NAMES), { ...TALKED, C: 'outbound-api failed' });

    await carol.register();
    story().app.reply('/voice', '<Response><Play digits="7"/></Response>');
    const again = await carol.call('1000');
    await again.audio.heardDigits('7');
    await again.ended;
    await story().quiet();
    assert.deepEqual(story().stack.takeErrors(), ['Asterisk has ended, starting it again']);
  });

  it('dies: calls of a trunk come again as soon as it is back', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier);
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number('1000');
    await dies();
    await isUp();
    await waitUntil('the trunk is known', async () => {
      const { status } = await (await carrier.call('1000', { from: '4930777' })).ended;
      return status === 486;
    });
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound busy' });
    assert.deepEqual(story().stack.takeErrors(), ['Asterisk has ended, starting it again']);
  });

  it('hangs for eight seconds: Legwork says so, and the call goes on afterwards', async () => {
    const talk = await aliceAndBobTalk(story());
    const pid = await story().stack.asteriskPid();
    process.kill(pid, 'SIGSTOP');
    await lasting(8_000, async () => {
      const isSaid = async () => {
        const { status, sip } = await story().stack.health();
        return status === 'down' && sip === 'down';
      };
      await waitUntil('Legwork says so', isSaid, 8_000);
    }).finally(() => process.kill(pid, 'SIGCONT'));
    await isUp();
    await areHeard(talk);
    await talk.atBob.hangUp();
    await talk.call.ended;
    await story().quiet();
    assert.equal(await story().stack.asteriskPid(), pid);
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), TALKED);
  });

  it('hangs for a second while it sends digits: the call is not hung up before all are sent', async () => {
    const alice = await story().phone('alice');
    story().app.reply('/voice', '<Response><Play digits="12345"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number('1000');
    const call = await alice.call('1000');
    await call.audio.heardDigits('123');
    const pid = await story().stack.asteriskPid();
    process.kill(pid, 'SIGSTOP');
    await lasting(1_000, () => Promise.resolve()).finally(() => process.kill(pid, 'SIGCONT'));
    await call.ended;
    assert.equal(call.audio.receivedDigits(), '12345');
    await story().quiet();
  });
});
