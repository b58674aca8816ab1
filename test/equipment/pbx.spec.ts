import assert from 'node:assert/strict';
import { Phone } from '../../src/phone/phone.ts';
import { aliceCalls } from '../support/dial-story.ts';
import { stories } from '../support/live-story.ts';
import { MUSIC_HZ, type Pbx, startPbx } from '../support/pbx.ts';
import { makeTrunk } from '../support/story-trunk.ts';
import { waitUntil } from '../support/wait-until.ts';

// A second Asterisk as an ordinary PBX, by the recipe of docs/pbx.md.
stories('A PBX next door', (story) => {
  let pbx: Pbx;
  beforeEach(async () => {
    pbx = await startPbx(story().stack.sip);
    story().onEnd(() => pbx.stop());
  });

  async function peer(fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const sid = await makeTrunk(story(), { address: pbx }, fields);
    await waitUntil('the PBX is reachable', async () => {
      const { json } = await story().rest('GET', `/SipTrunks/${sid}.json`);
      return json['reachable'] === true;
    });
    return sid;
  }

  async function deskPhone(): Promise<Phone> {
    const phone = await Phone.start({ ...pbx.deskPhone, server: pbx, localHost: '127.0.0.3' });
    story().onEnd(() => phone.stop());
    await phone.register();
    return phone;
  }

  it('calls a number of ours from an extension, and ours call its extensions, with sound in both directions', async () => {
    const trunkSid = await peer();
    const desk = await deskPhone();
    await story().number('5001');
    story().app.reply('/voice', '<Response><Dial action="/after"><Client>bob</Client></Dial></Response>');
    story().app.reply('/number', { status: 204 });
    story().app.reply('/after', '<Response/>');
    const bob = await story().phone('bob');
    const call = await desk.call('5001');
    const atBob = await bob.incoming();
    await atBob.answer();
    call.audio.sendTone(697);
    atBob.audio.sendTone(852);
    await Promise.all([call.audio.heardTone(852), atBob.audio.heardTone(697)]);
    await atBob.hangUp();
    await call.ended;
    const { call: alices } = await aliceCalls(story(), '<Dial action="/after"><Number>2020</Number></Dial>');
    const atDesk = await desk.incoming();
    await atDesk.answer();
    alices.audio.sendTone(770);
    await atDesk.audio.heardTone(770);
    await atDesk.hangUp();
    await alices.ended;
    await story().quiet();
    const legs = (await story().calls()).map(({ to, trunk_sid, status }) => [to, trunk_sid, status]);
    assert.deepEqual(legs, [
      ['5001', trunkSid, 'completed'],
      ['bob', null, 'completed'],
      ['1000', null, 'completed'],
      ['2020', trunkSid, 'completed'],
    ]);
  });

  it('is busy, silent or without such an extension, and we say so', async () => {
    await peer();
    story().app.reply('/after', '<Response/>');
    const dial = (extension: string) => `<Dial action="/after"><Number>${extension}</Number></Dial>`;
    const { alice, call } = await aliceCalls(story(), dial('2003'));
    await call.ended;
    for (const extension of ['2004', '2005', '2006']) {
      story().app.reply('/voice', `<Response>${dial(extension)}</Response>`);
      await (await alice.call('1000')).ended;
    }
    await story().quiet();
    assert.deepEqual(
      story()
        .app.to('/after')
        .map(({ params }) => `${params['DialCallStatus']} ${params['DialSipResponseCode']}`),
      ['busy 486', 'no-answer 480', 'failed 404', 'failed 503'],
    );
  });

  it('is slow, sends early media, or leads elsewhere by 302, which is not followed', async () => {
    await peer();
    story().app.reply('/after', '<Response/>');
    const dial = (extension: string) => `<Dial action="/after"><Number>${extension}</Number></Dial>`;
    const { alice, call } = await aliceCalls(story(), dial('2009'));
    call.audio.sendTone(697);
    // The extension that answers after 3 s is an echo.
    await call.audio.heardTone(697);
    await call.hangUp();
    story().app.reply('/voice', `<Response>${dial('2008')}</Response>`);
    await (await alice.call('1000')).ended;
    story().app.reply('/voice', `<Response>${dial('2007')}</Response>`);
    const early = await alice.call('1000');
    await early.audio.heardTone(852);
    await early.ended;
    await story().quiet();
    assert.deepEqual(
      story()
        .app.to('/after')
        .map(({ params }) => `${params['DialCallStatus']} ${params['DialSipResponseCode']}`),
      ['completed 200', 'failed 302', 'busy 486'],
    );
  });

  it('plays its music while its extension holds us; a call to it fails when it is down', async () => {
    await peer({ TryTimeout: '1' });
    const desk = await deskPhone();
    story().app.reply('/after', '<Response/>');
    const dial = '<Dial action="/after"><Number>2020</Number></Dial>';
    const { alice, call } = await aliceCalls(story(), dial);
    const atDesk = await desk.incoming();
    await atDesk.answer();
    await atDesk.hold();
    await call.audio.heardTone(MUSIC_HZ);
    await atDesk.unhold();
    atDesk.audio.sendTone(770);
    call.audio.mark();
    await call.audio.heardTone(770);
    await atDesk.hangUp();
    await call.ended;
    await pbx.stop();
    await (await alice.call('1000')).ended;
    await story().quiet();
    assert.deepEqual(
      story()
        .app.to('/after')
        .map(({ params }) => `${params['DialCallStatus']} ${params['DialSipResponseCode']}`),
      ['completed 200', 'failed 408'],
    );
  });

  it('calls the account with which we register there, which reaches DefaultNumber', async () => {
    const { username: Username, password: Password } = pbx.account;
    const trunkSid = await peer({ Username, Password, Register: 'true', DefaultNumber: '5001' });
    await waitUntil('we are registered', async () => {
      const { json } = await story().rest('GET', `/SipTrunks/${trunkSid}.json`);
      return json['registered'] === true;
    });
    const desk = await deskPhone();
    await story().number('5001');
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    const call = await desk.call('9');
    assert.equal((await call.ended).status, 486);
    await story().quiet();
    assert.deepEqual(
      (await story().calls()).map(({ to, trunk_sid }) => [to, trunk_sid]),
      [['5001', trunkSid]],
    );
  });
});
