import assert from 'node:assert/strict';
import { aliceCalls } from '../../support/dial-story.ts';
import { orderCall } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

const [BOB, CAROL] = ['+15550100', '+15550101'];
const WAITS = '<Response><Play digits="1"/><Pause length="60"/></Response>';

stories('A trunk with MaxChannels=1', (story) => {
  it('carries one outbound call: the next one fails and says why, until the first is over', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const trunkSid = await makeTrunk(story(), carrier, { MaxChannels: '1' });
    const full = new RegExp(`All 1 channels of trunk ${trunkSid} are in use`);
    story().app.reply('/voice', WAITS);
    await orderCall(story(), { To: BOB });
    const atBob = await carrier.incoming();
    await atBob.answer();
    await atBob.audio.heardDigits('1');

    const refused = await orderCall(story(), { To: CAROL });
    const shown = async () => (await story().rest('GET', `/Calls/${refused}.json`)).json;
    await waitUntil('the second call has failed', async () => (await shown())['status'] === 'failed');
    assert.equal((await shown())['trunk_sid'], trunkSid);
    const notified = async () =>
      JSON.stringify((await story().rest('GET', `/Calls/${refused}/Notifications.json`)).json);
    await waitUntil('it says why', async () => full.test(await notified()));

    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(
      story(),
      `<Dial action="/after"><Number statusCallback="/bob">${CAROL}</Number></Dial>`,
    );
    await call.ended;
    assert.match((await story().notices('1000')).join('\n'), full);
    await atBob.hangUp();
    await story().quiet();

    await orderCall(story(), { To: CAROL });
    const atCarol = await carrier.incoming();
    assert.equal(atCarol.calledUser, CAROL);
    atCarol.reject(486, 'Busy Here');
    await story().quiet();
  });

  it('carries one inbound call: the next one gets 503, and nobody is asked about it', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const sid = await makeTrunk(story(), carrier, { MaxChannels: '1' });
    story().app.reply('/voice', WAITS);
    story().app.reply('/number', { status: 204 });
    await story().number(BOB);
    const first = await carrier.call(BOB, { from: '+4930777' });
    await first.audio.heardDigits('1');
    assert.equal((await (await carrier.call(BOB, { from: '+4930778' })).ended).status, 503);
    const more = await story().rest('POST', `/SipTrunks/${sid}.json`, { MaxChannels: '' });
    assert.equal(more.json['max_channels'], null);
    const second = await carrier.call(BOB, { from: '+4930778' });
    await second.audio.heardDigits('1');
    await Promise.all([first.hangUp(), second.hangUp()]);
    await story().quiet();
    assert.deepEqual(await story().legs({ [BOB]: 'A' }), { A: 'inbound completed, inbound completed' });
  });

  it('counts inbound and outbound calls together', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier, { MaxChannels: '1' });
    story().app.reply('/voice', WAITS);
    story().app.reply('/number', { status: 204 });
    await story().number(BOB);
    await orderCall(story(), { To: CAROL });
    const atCarol = await carrier.incoming();
    await atCarol.answer();
    await atCarol.audio.heardDigits('1');
    assert.equal((await (await carrier.call(BOB, { from: '+4930777' })).ended).status, 503);
    await atCarol.hangUp();
    await story().quiet();
    const inbound = await carrier.call(BOB, { from: '+4930777' });
    await inbound.audio.heardDigits('1');
    await inbound.hangUp();
    await story().quiet();
  });
});
