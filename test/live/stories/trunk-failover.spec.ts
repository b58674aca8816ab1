import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { actionIsTold, aliceCalls, legIsTold } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';

const BOB = '+15550100';
const NAMES = { '1000': 'A', [BOB]: 'B' };
const DIAL_BOB = `<Dial action="/after" callerId="+4930123"><Number statusCallback="/bob">${BOB}</Number></Dial>`;

/** Takes everything that comes, and says nothing. */
async function silentPeer(story: LiveStory, host: string): Promise<{ host: string; port: number }> {
  const socket: Socket = createSocket('udp4');
  socket.bind({ address: host, port: 0 });
  await once(socket, 'listening');
  story.onEnd(async () => socket.close());
  return { host, port: socket.address().port };
}

async function notices(story: LiveStory, sid: unknown): Promise<readonly string[]> {
  const { json } = await story.rest('GET', `/Calls/${String(sid)}/Notifications.json`);
  return (json['notifications'] as { message_text: string }[]).map(({ message_text: text }) => text);
}

stories('A number with several trunks', (story) => {
  it('is called by the next one when the first says 503 and the second nothing; it is one leg', async () => {
    const [first, third] = [
      await story().peer('first', '127.0.0.7'),
      await story().peer('third', '127.0.0.9'),
    ];
    const silent = await silentPeer(story(), '127.0.0.8');
    const firstSid = await makeTrunk(story(), first, { Priority: '1' });
    const silentSid = await makeTrunk(story(), { address: silent }, { Priority: '2', TryTimeout: '1' });
    const thirdSid = await makeTrunk(story(), third, { Priority: '3', PrependDigits: '00' });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    (await first.incoming()).reject(503, 'Service Unavailable');
    const atBob = await third.incoming();
    assert.deepEqual([atBob.calledUser, atBob.fromUser], ['0015550100', '+4930123']);
    atBob.ring();
    await atBob.answer();
    await atBob.hangUp();
    await call.ended;
    await story().quiet();

    assert.deepEqual(
      story().requests(NAMES)['B /bob'],
      legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    );
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    const leg = (await story().calls()).find(({ to }) => to === BOB);
    assert.equal(leg?.trunk_sid, thirdSid);
    assert.deepEqual(
      (await notices(story(), leg.sid)).toSorted(),
      [
        `Trunk ${firstSid} did not take the call to ${BOB} (503 Service Unavailable); the call goes on with trunk ${silentSid}`,
        `Trunk ${silentSid} did not take the call to ${BOB} (408 Request Timeout: nothing came from the trunk within 1 s); the call goes on with trunk ${thirdSid}`,
      ].toSorted(),
    );
  });

  it('is not called by another one when the callee is busy', async () => {
    const [first, second] = [
      await story().peer('first', '127.0.0.7'),
      await story().peer('second', '127.0.0.9'),
    ];
    await makeTrunk(story(), first, { Priority: '1' });
    await makeTrunk(story(), second, { Priority: '2' });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    (await first.incoming()).reject(486, 'Busy Here');
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['A /after'], actionIsTold('busy', 486));
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });

  it('ends failed with 408 soon, not after half a minute, when its only trunk says nothing', async () => {
    const silent = await silentPeer(story(), '127.0.0.8');
    await makeTrunk(story(), { address: silent }, { TryTimeout: '1' });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['A /after'], actionIsTold('failed', 408));
    const leg = (await story().calls()).find(({ to }) => to === BOB);
    assert.equal(leg?.ring_duration, 0);
  });
});

stories('A trunk that is told who calls', (story) => {
  it('gets only numbers of the account, in its own format, and the number as it writes it', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const rules = {
      CallerIdPolicy: 'account',
      DefaultNumber: '+4930100',
      Format: 'national',
      CountryCode: '49',
    };
    await makeTrunk(story(), carrier, rules);
    story().app.reply('/after', '<Response/>');
    await aliceCalls(
      story(),
      '<Dial action="/after" callerId="+15559999"><Number>+493012345</Number></Dial>',
    );
    const atBob = await carrier.incoming();
    assert.deepEqual([atBob.calledUser, atBob.fromUser], ['03012345', '030100']);
    atBob.reject(486, 'Busy Here');
    await story().quiet();
  });

  it('hears nothing of a caller who withholds his number but what it has to know', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const rules = { CallerIdPolicy: 'anonymous-ok', DefaultNumber: '+4930100', SendAssertedIdentity: 'true' };
    await makeTrunk(story(), carrier, rules);
    story().app.reply('/after', '<Response/>');
    await aliceCalls(
      story(),
      '<Dial action="/after" callerId="anonymous"><Number>+493012345</Number></Dial>',
    );
    const atBob = await carrier.incoming();
    const asserted = /sip:([^@]*)@/.exec(atBob.header('P-Asserted-Identity') ?? '')?.[1];
    assert.deepEqual([atBob.fromUser, atBob.header('Privacy'), asserted], ['anonymous', 'id', '+4930100']);
    atBob.reject(486, 'Busy Here');
    await story().quiet();
  });
});

stories('A trunk with a DefaultNumber', (story) => {
  it('reaches it by a request without a user and by the contact that we registered; another number stays 404', async () => {
    const pbx = await story().peer('pbx', '127.0.0.7');
    const sid = await makeTrunk(story(), pbx, { DefaultNumber: BOB });
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number(BOB);
    const { host, port } = story().stack.sip;
    const statuses: (number | undefined)[] = [];
    for (const uri of [`sip:${host}:${port}`, `sip:${sid}@${host}:${port}`, `sip:999@${host}:${port}`]) {
      statuses.push((await (await pbx.call(uri)).ended).status);
    }
    assert.deepEqual(statuses, [486, 486, 404]);
    await story().quiet();
    assert.deepEqual(
      (await story().calls()).map((leg) => [leg.to, leg.trunk_sid]),
      [
        [BOB, sid],
        [BOB, sid],
      ],
    );
  });
});
