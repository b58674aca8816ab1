import assert from 'node:assert/strict';
import { FIRST_DOCUMENT, orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';

const NAMES = { bob: 'B', '+15550111': 'N' };
const TALKED = [STATUS.initiated, STATUS.ringing, STATUS.answered, STATUS.completed];
const DOCUMENT = '<Response><Play digits="7"/></Response>';

/** Bob rings, answers, hears these digits, and is hung up. */
async function bobHears(story: LiveStory, digits: string, form: Readonly<Record<string, string>>) {
  const bob = await story.phone('bob');
  await orderCall(story, form);
  const call = await bob.incoming();
  call.ring();
  await call.answer();
  await call.audio.heardDigits(digits);
  assert.equal((await call.ended).how, 'bye');
  await story.quiet();
  assert.deepEqual(await story.legs(NAMES), { B: 'outbound-api completed' });
  return call;
}

stories('The document of a call made over REST', (story) => {
  for (const name of ['Twiml', 'Rcml']) {
    it(`may stand in the order itself (${name})`, async () => {
      await bobHears(story(), '7', { [name]: DOCUMENT });
      assert.deepEqual(story().requests(NAMES), { 'B /status': TALKED });
    });
  }

  it('may be that of an application, with its method and its fallback', async () => {
    const { app } = story();
    const { json } = await story().rest('POST', '/Applications.json', {
      FriendlyName: 'Reminder',
      VoiceUrl: app.url('/reminder'),
      VoiceMethod: 'GET',
      VoiceFallbackUrl: app.url('/fallback'),
    });
    story().onEnd(() => story().rest('DELETE', `/Applications/${String(json['sid'])}.json`));
    app.reply('/reminder', { status: 503 });
    app.reply('/fallback', DOCUMENT);
    await bobHears(story(), '7', { ApplicationSid: String(json['sid']) });
    assert.deepEqual(story().requests(NAMES), {
      'B /reminder': ['GET CallStatus=in-progress Direction=outbound-api'],
      'B /fallback': [`${FIRST_DOCUMENT} ErrorCode=11200 ErrorUrl=/reminder`],
      'B /status': TALKED,
    });
  });

  it('comes from the FallbackUrl when the Url fails', async () => {
    const { app } = story();
    app.reply('/voice', 'no XML');
    app.reply('/fallback', DOCUMENT);
    await bobHears(story(), '7', { FallbackUrl: app.url('/fallback'), FallbackMethod: 'GET' });
    assert.deepEqual(story().requests(NAMES), {
      'B /voice': [FIRST_DOCUMENT],
      'B /fallback': ['GET CallStatus=in-progress Direction=outbound-api ErrorCode=12100 ErrorUrl=/voice'],
      'B /status': TALKED,
    });
  });

  it('cannot be had: the callee is hung up, and the call was completed', async () => {
    story().app.reply('/voice', { status: 404 });
    const bob = await story().phone('bob');
    await orderCall(story());
    const call = await bob.incoming();
    call.ring();
    await call.answer();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'B /voice': [FIRST_DOCUMENT], 'B /status': TALKED });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });
  });
});

stories('An order of a call over REST', (story) => {
  it('chooses which events its StatusCallback hears of, and by which method', async () => {
    await bobHears(story(), '7', {
      Twiml: DOCUMENT,
      StatusCallbackEvent: 'Ringing, completed',
      StatusCallbackMethod: 'GET',
    });
    assert.deepEqual(story().requests(NAMES), {
      'B /status': [STATUS.ringing, STATUS.completed].map((line) => line.replace('POST', 'GET')),
    });
  });

  it('sends digits to the callee before the document runs', async () => {
    await bobHears(story(), '42#7', { Twiml: DOCUMENT, SendDigits: 'w42#' });
    assert.deepEqual(story().requests(NAMES), { 'B /status': TALKED });
  });

  it('names SIP headers after the address, and the number that the callee sees', async () => {
    const call = await bobHears(story(), '7', {
      To: 'client:bob?X-Order=17&Customer=J%C3%B6rg%20B',
      Twiml: DOCUMENT,
      CallerId: '+15550199',
    });
    assert.equal(call.fromUser, '+15550199');
    assert.equal(call.header('X-Order'), '17');
    assert.equal(call.header('X-Customer'), 'Jörg B');
    assert.deepEqual(story().requests(NAMES), { 'B /status': TALKED });
    assert.deepEqual(
      new Set(story().app.requests.map(({ params }) => params['From'])),
      new Set(['+15550100']),
    );
  });

  it('goes to a SIP address without an account here', async () => {
    const carol = await story().peer('carol', '127.0.0.1');
    await orderCall(story(), { To: `${carol.uri}?X-A=1`, Twiml: DOCUMENT });
    const call = await carol.incoming();
    assert.equal(call.calledUser, 'carol');
    assert.equal(call.header('X-A'), '1');
    call.ring();
    await call.answer();
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests({ carol: 'C' }), { 'C /status': TALKED });
    assert.deepEqual(await story().legs({ carol: 'C' }), { C: 'outbound-api completed' });
  });

  it('goes to a number through the trunk that takes it', async () => {
    const pbx = await story().peer('pbx', '127.0.0.8');
    await makeTrunk(story(), pbx, { Prefix: '+1555', StripDigits: '1' });
    await orderCall(story(), { To: '+1 (555) 0111', Twiml: DOCUMENT });
    const call = await pbx.incoming();
    assert.equal(call.calledUser, '5550111');
    assert.equal(call.fromUser, '+15550100');
    call.ring();
    await call.answer();
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'N /status': TALKED });
    assert.deepEqual(await story().legs(NAMES), { N: 'outbound-api completed' });
  });

  it('says in the call’s notifications which of its parameters have no effect, and makes the call', async () => {
    const bob = await story().phone('bob');
    const sid = await orderCall(story(), {
      Twiml: DOCUMENT,
      CallReason: 'A reminder',
      Record: 'false',
      Byoc: 'x',
    });
    const call = await bob.incoming();
    call.ring();
    await call.answer();
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    const { json } = await story().rest('GET', `/Calls/${sid}/Notifications.json`);
    assert.deepEqual(
      (json['notifications'] as Record<string, unknown>[]).map(
        ({ log, error_code: code, message_text: text }) => [log, code, text],
      ),
      [[1, 20001, 'Parameters that had no effect, because they are not supported (yet): CallReason, Byoc']],
    );
  });

  it('fails when no trunk takes the number', async () => {
    await orderCall(story(), { To: '+15550111', Twiml: DOCUMENT });
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'N /status': [STATUS.initiated, STATUS.failed] });
    assert.deepEqual(await story().legs(NAMES), { N: 'outbound-api failed' });
  });
});
