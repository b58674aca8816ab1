import assert from 'node:assert/strict';
import { stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';

const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const COMPLETED = [
  RINGING,
  'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
  'POST CallStatus=completed Direction=inbound SequenceNumber=2',
];
const FIRST = 'POST CallStatus=ringing Direction=inbound';
const HELLO = '<Response><Play digits="1"/></Response>';

stories('What a client may dial', (story) => {
  it('is a number of ours, with and without its +, before its own VoiceUrl', async () => {
    const { app } = story();
    app.reply('/voice', HELLO);
    app.reply('/number', { status: 204 });
    await story().number('+15550123');
    const alice = await story().phone('alice', { client: { VoiceUrl: app.url('/never') } });
    for (const dialled of ['15550123', '+15550123']) {
      const call = await alice.call(dialled);
      await call.audio.heardDigits('1');
      await call.ended;
      await story().quiet();
    }
    const names = { '15550123': 'without', '+15550123': 'with' };
    assert.deepEqual(story().requests(names), {
      'without /voice': [FIRST],
      'without /number': COMPLETED,
      'with /voice': [FIRST],
      'with /number': COMPLETED,
    });
    assert.deepEqual(await story().legs(names), { without: 'inbound completed', with: 'inbound completed' });
  });

  it('is a number of ours however its address book writes it; To is the number', async () => {
    const { app } = story();
    app.reply('/voice', HELLO);
    app.reply('/number', { status: 204 });
    await story().number('+1 (555) 0123');
    const alice = await story().phone('alice');
    const ways = ['+1-555-0123', '+1(555)0123', '+1.555.0123', '+1 555 0123', '+1\u2011555\u20130123'];
    for (const dialled of ways) {
      const call = await alice.call(dialled);
      await call.audio.heardDigits('1');
      await call.ended;
      await story().quiet();
    }
    const local = await alice.call('(1555) 0123');
    await local.audio.heardDigits('1');
    await local.ended;
    await story().quiet();
    const names = { '+15550123': 'A', '15550123': 'B' };
    assert.deepEqual(story().requests(names), {
      'A /voice': ways.map(() => FIRST),
      'A /number': ways.flatMap(() => COMPLETED),
      'B /voice': [FIRST],
      'B /number': COMPLETED,
    });
    assert.deepEqual(await story().legs(names), {
      A: ways.map(() => 'inbound completed').join(', '),
      B: 'inbound completed',
    });
  });

  it('is whatever a number with * stands for, when nothing else is it', async () => {
    const { app } = story();
    app.reply('/voice', HELLO);
    app.reply('/number', { status: 204 });
    await story().number('*');
    const alice = await story().phone('alice');
    const call = await alice.call('reception');
    await call.audio.heardDigits('1');
    await call.ended;
    await story().quiet();
    const names = { reception: 'A' };
    assert.deepEqual(story().requests(names), { 'A /voice': [FIRST], 'A /number': COMPLETED });
    assert.deepEqual(await story().legs(names), { A: 'inbound completed' });
  });

  it('is no number that the DialingPermissions of its account refuse, though a trunk takes it', async () => {
    await makeTrunk(story(), await story().peer('carrier', '127.0.0.8'));
    const made = await story().rest('POST', '/DialingPermissions.json', { Country: 'DE' });
    const path = `/DialingPermissions/${String(made.json['sid'])}.json`;
    story().onEnd(() => story().rest('DELETE', path));
    const alice = await story().phone('alice');
    const call = await alice.call('0044207946000');
    assert.equal((await call.ended).status, 404);
    await story().quiet();
    const { sid } = (await story().calls())[0] ?? assert.fail('There is no call');
    const { json } = await story().rest('GET', `/Calls/${sid}/Events.json`);
    const events = json['events'] as { kind: string; data: { message: string } }[];
    const [notice] = events.filter(({ kind }) => kind === 'notice').map(({ data }) => data.message);
    assert.match(notice ?? '', /The DialingPermissions of AC\w+ do not allow calls to 0044207946000/);
  });

  it('is anything, when it has a VoiceUrl: that decides, and its StatusCallback is told', async () => {
    const { app } = story();
    app.reply('/mine', HELLO);
    app.reply('/told', { status: 204 });
    const alice = await story().phone('alice', {
      client: {
        VoiceUrl: app.url('/mine'),
        VoiceMethod: 'GET',
        StatusCallback: app.url('/told'),
      },
    });
    const call = await alice.call('whatever-1', {
      displayName: 'Alice Liddell',
      headers: { 'X-Shop': 'Oxford' },
    });
    await call.audio.heardDigits('1');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    const names = { 'whatever-1': 'A' };
    const about = 'CallerName=Alice Liddell SipHeader_X-Shop=Oxford';
    assert.deepEqual(story().requests(names), {
      'A /mine': [`GET CallStatus=ringing Direction=inbound ${about}`],
      'A /told': COMPLETED.map((line) => line.replace('inbound', `inbound ${about}`)),
    });
    assert.deepEqual(await story().legs(names), { A: 'inbound completed' });
  });

  // Some of them are Asterisk's own: it runs "h" after each hang-up, "T" at a time limit.
  for (const login of ['b', 'h', 's', 't', 'i', 'Z', 'T']) {
    it(`is a client whose login is the one letter ${login}`, async () => {
      const other = await story().phone(login);
      const alice = await story().phone('alice');
      const call = await alice.call(login);
      await (await other.incoming()).answer();
      await call.answered;
      await call.hangUp();
      await story().quiet();
      assert.deepEqual(
        (await story().calls()).map(({ to, direction, status }) => `${direction} to ${to}: ${status}`),
        [`inbound to ${login}: completed`, `outbound-dial to ${login.toLowerCase()}: completed`],
      );
    });
  }

  it('is a number that a trunk takes; both hear each other', async () => {
    const pbx = await story().peer('pbx', '127.0.0.8');
    await makeTrunk(story(), pbx, { Prefix: '+1555' });
    const alice = await story().phone('alice');
    const call = await alice.call('+1 (555) 01-11');
    const atPbx = await pbx.incoming();
    assert.equal(atPbx.calledUser, '+15550111');
    atPbx.ring();
    await call.ringing;
    await atPbx.answer();
    await call.answered;
    call.audio.sendTone(852);
    atPbx.audio.sendTone(697);
    await Promise.all([call.audio.heardTone(697), atPbx.audio.heardTone(852)]);
    await atPbx.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests({}), {});
    assert.deepEqual(await story().legs({ '+15550111': 'A' }), {
      A: 'inbound completed, outbound-dial completed',
    });
  });

  it('is nothing else: 404, and no leg', async () => {
    const alice = await story().phone('alice');
    for (const dialled of ['nobody', '+49301234567', 'a b%00']) {
      const call = await alice.call(dialled);
      const { how, status } = await call.ended;
      assert.deepEqual({ dialled, how, status }, { dialled, how: 'refused', status: 404 });
    }
    await story().quiet();
    assert.deepEqual(await story().legs({}), {});
  });
});

stories('A trunk calls us', (story) => {
  it('and reaches a number of ours, and nothing else', async () => {
    const { app } = story();
    app.reply('/voice', HELLO);
    app.reply('/number', { status: 204 });
    await story().number('+15550123');
    await story().client('bob');
    const pbx = await story().peer('pbx', '127.0.0.8');
    await makeTrunk(story(), pbx, { Prefix: '+1' });
    const call = await pbx.call('+15550123', { from: '+4930555', displayName: 'Herr Lehmann' });
    await call.audio.heardDigits('1');
    assert.equal((await call.ended).how, 'bye');
    for (const dialled of ['bob', '+15559999']) {
      assert.equal((await (await pbx.call(dialled)).ended).status, 404, dialled);
    }
    await story().quiet();
    const names = { '+15550123': 'A' };
    const about = 'CallerName=Herr Lehmann';
    assert.deepEqual(story().requests(names), {
      'A /voice': [`${FIRST} ${about}`],
      'A /number': COMPLETED.map((line) => line.replace('inbound', `inbound ${about}`)),
    });
    assert.equal(app.requests[0]?.params['From'], '+4930555');
    assert.deepEqual(await story().legs(names), { A: 'inbound completed' });
  });
});
