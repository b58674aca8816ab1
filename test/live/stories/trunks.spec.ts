import assert from 'node:assert/strict';
import { SipFailure } from '../../../src/phone/phone.ts';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

const BOB = '+15550100';
const NAMES = { '1000': 'A', [BOB]: 'B' };
const DIAL_BOB = `<Dial action="/after" callerId="+4930123"><Number statusCallback="/bob">${BOB}</Number></Dial>`;

stories('<Number> goes out by a trunk', (story) => {
  it('talks with who answers there, and tells by which trunk it went', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const trunkSid = await makeTrunk(story(), carrier);
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB.replace(`${BOB}<`, `${BOB}?X-Order=7<`));
    const atBob = await carrier.incoming();
    assert.deepEqual([atBob.calledUser, atBob.fromUser, atBob.header('X-Order')], [BOB, '+4930123', '7']);
    atBob.ring();
    await atBob.answer();
    atBob.audio.sendTone(697);
    call.audio.sendTone(852);
    await Promise.all([call.audio.heardTone(697), atBob.audio.heardTone(852)]);
    await atBob.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': numberIsTold('completed'),
      'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    const leg = (await story().calls()).find(({ to }) => to === BOB);
    assert.deepEqual([leg?.trunk_sid, leg?.from], [trunkSid, '+4930123']);
  });

  const REWRITTEN = [
    { title: 'StripDigits', fields: { StripDigits: '1' }, arrives: '5550100' },
    { title: 'PrependDigits', fields: { PrependDigits: '00' }, arrives: '0015550100' },
    { title: 'both', fields: { StripDigits: '1', PrependDigits: '00' }, arrives: '005550100' },
  ] as const;
  for (const { title, fields, arrives } of REWRITTEN) {
    it(`as ${arrives} with ${title}; the leg is still to ${BOB}`, async () => {
      const carrier = await story().peer('carrier', '127.0.0.7');
      await makeTrunk(story(), carrier, fields);
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(story(), DIAL_BOB);
      const atBob = await carrier.incoming();
      assert.equal(atBob.calledUser, arrives);
      atBob.reject(486, 'Busy Here');
      await call.ended;
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': actionIsTold('busy', 486),
        'A /number': numberIsTold('busy'),
        'B /bob': legIsTold(['initiated'], 'busy'),
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
    });
  }

  it('with the longest prefix that fits', async () => {
    const [carrier, local] = [
      await story().peer('carrier', '127.0.0.7'),
      await story().peer('local', '127.0.0.8'),
    ];
    await makeTrunk(story(), carrier, { Prefix: '+1' });
    await makeTrunk(story(), local, { Prefix: '+1555', Priority: '99' });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await local.incoming();
    assert.equal(atBob.calledUser, BOB);
    atBob.reject(486, 'Busy Here');
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
    assert.deepEqual(story().requests(NAMES)['B /bob'], legIsTold(['initiated'], 'busy'));
  });

  it('fails where no trunk has its prefix, and says so in the timeline', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier, { Prefix: '+49' });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed'),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial failed' });
    assert.match((await story().notices('1000')).join('\n'), /No trunk takes calls to \+15550100/);
  });

  it('never to a number of ours: that leg fails', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier);
    await story().number(BOB);
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial failed' });
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed'),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
  });
});

stories('Calls come in by a trunk', (story) => {
  const names = { [BOB]: 'A' };

  it('from its address: the number of ours that was called runs its document', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const trunkSid = await makeTrunk(story(), carrier);
    story().app.reply('/voice', '<Response><Play digits="7"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number(BOB);
    const call = await carrier.call(BOB, {
      from: '+4930777',
      displayName: 'Dieter',
      headers: { 'X-Order': '7', Diversion: '<sip:+4930888@example.org>;reason=unconditional' },
    });
    await call.answered;
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    const more = 'CallerName=Dieter ForwardedFrom=+4930888 SipHeader_X-Order=7';
    const begin = (status: string) =>
      `POST CallStatus=${status} Direction=inbound ${more} SipHeader_Diversion=<sip:+4930888@example.org>;reason=unconditional`;
    assert.deepEqual(story().requests(names), {
      'A /voice': [begin('ringing')],
      'A /number': [
        `${begin('ringing')} SequenceNumber=0`,
        `${begin('in-progress')} SequenceNumber=1`,
        `${begin('completed')} SequenceNumber=2`,
      ],
    });
    assert.deepEqual(await story().legs(names), { A: 'inbound completed' });
    assert.deepEqual(
      (await story().calls()).map((leg) => [leg.from, leg.trunk_sid]),
      [['+4930777', trunkSid]],
    );
  });

  it('from one of its AllowedAddresses too, with or without the + of the number', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const [gateway] = [await story().peer('gateway', '127.0.0.9')];
    await makeTrunk(story(), carrier, { AllowedAddresses: '127.0.0.9, 192.0.2.0/24' });
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number(BOB);
    const call = await gateway.call(BOB.slice(1), { from: '4930777' });
    await assert.rejects(call.answered, (error) => error instanceof SipFailure && error.status === 486);
    await story().quiet();

    assert.deepEqual(story().requests({ [BOB.slice(1)]: 'A' }), {
      'A /voice': VOICE,
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=busy Direction=inbound SequenceNumber=1',
      ],
    });
    assert.deepEqual(await story().legs({ [BOB.slice(1)]: 'A' }), { A: 'inbound busy' });
  });

  it('no more from an address that was taken off its AllowedAddresses', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const gateway = await story().peer('gateway', '127.0.0.9');
    const sid = await makeTrunk(story(), carrier, { AllowedAddresses: '192.0.2.1, 127.0.0.9, 192.0.2.2' });
    const statusOfCall = async () =>
      (await gateway.call('+4930999', { from: '+4930777' })).ended.then(({ status }) => status);
    assert.equal(await statusOfCall(), 404);
    const path = `/SipTrunks/${sid}.json`;
    assert.equal((await story().rest('POST', path, { AllowedAddresses: '192.0.2.1' })).status, 200);
    await waitUntil('Asterisk has forgotten the address', async () => (await statusOfCall()) === 401);
    await story().quiet();
    assert.deepEqual(story().requests({}), {});
  });

  it('not from an unknown address: it gets 401, nobody is asked or told, no leg exists', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier);
    await story().number(BOB);
    const stranger = await story().peer('stranger', '127.0.0.6');
    const call = await stranger.call(BOB, { from: '+4930777' });
    await assert.rejects(call.answered, (error) => error instanceof SipFailure && error.status === 401);
    assert.deepEqual(call.responses.map(({ status }) => status).at(-1), 401);
    await story().quiet();
    assert.deepEqual(story().requests({}), {});
    assert.deepEqual(await story().legs({}), {});
  });

  it("not to what is no number of ours, nor to a client's name, nor out by the trunk again: 404", async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier);
    await story().phone('bob');
    for (const callee of ['bob', '+4930999']) {
      const call = await carrier.call(callee, { from: '+4930777' });
      await assert.rejects(call.answered, (error) => error instanceof SipFailure && error.status === 404);
    }
    await story().quiet();
    assert.deepEqual(story().requests({}), {});
    assert.deepEqual(await story().legs({}), {});
  });

  it('no more when the trunk was removed', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const sid = await makeTrunk(story(), carrier);
    await story().number(BOB);
    assert.equal((await story().rest('DELETE', `/SipTrunks/${sid}.json`)).status, 204);
    await waitUntil('Asterisk has forgotten it', async () => {
      const call = await carrier.call(BOB, { from: '+4930777' });
      return (await call.ended).status === 401;
    });
    await story().quiet();
  });
});
