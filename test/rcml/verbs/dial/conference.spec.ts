import assert from 'node:assert/strict';
import type { EnterOrder, Seat } from '../../../../src/call/conference/conferences.ts';
import { roomRecordingSid } from '../../../../src/call/recording/recording-record.ts';
import type { DialVerb } from '../../../../src/rcml/verbs/dial/types.ts';
import { readVerbs } from '../../../support/compile-rcml.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

function readConference(noun: string) {
  const { verbs, warnings } = readVerbs(`<Dial>${noun}</Dial>`);
  const [, value] = (verbs[0] ?? ['', {}]) as readonly [string, DialVerb];
  return { conference: value.conference, warnings };
}

const DEFAULTS = {
  room: 'sales',
  muted: false,
  beepOnEnter: true,
  beepOnExit: true,
  startConferenceOnEnter: true,
  endConferenceOnExit: false,
  maxParticipants: 40,
  record: false,
};

/** Somebody else in the room. */
async function another(call: RcmlCall, callSid: string, order: Partial<EnterOrder> = {}): Promise<Seat> {
  const seat = await call.rooms.enter({
    ...DEFAULTS,
    beepOnEnter: false,
    beepOnExit: false,
    accountSid: ACCOUNT,
    callSid,
    ...order,
  });
  assert(typeof seat !== 'string');
  await call.clock.advance(0);
  return seat;
}

async function dialling(noun: string, attributes = '', rest = ''): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.documents.on(VOICE_URL, `<Response><Dial${attributes}>${noun}</Dial>${rest}</Response>`);
  call.documents.on('http://app.test/after', '<Response/>');
  await call.start();
  return call;
}

const names = (call: RcmlCall) =>
  call.control.commands.map(([name]) => name).filter((name) => !['answer', 'hangUp'].includes(name));
const action = (call: RcmlCall) => call.documents.requests.find(({ url }) => url.endsWith('/after'));

describe('<Conference>', () => {
  it('has defaults', () => {
    assert.deepEqual(readConference('<Conference> sales </Conference>'), {
      conference: DEFAULTS,
      warnings: [],
    });
  });

  it('takes eventCallbackUrl for recordingStatusCallback, which counts where both are', () => {
    const urlOf = (attributes: string) =>
      readConference(`<Conference ${attributes}>sales</Conference>`).conference?.recordingCallback?.url;
    assert.equal(urlOf('eventCallbackUrl="/old"'), 'http://app.test/old');
    assert.equal(urlOf('eventCallbackUrl="/old" recordingStatusCallback="/new"'), 'http://app.test/new');
  });

  it('has attributes', () => {
    const noun = `<Conference muted="true" beep="onExit" startConferenceOnEnter="false" endConferenceOnExit="true"
      waitUrl="/wait" waitMethod="GET" maxParticipants="3" record="record-from-start" statusCallback="/room"
      statusCallbackMethod="get" statusCallbackEvent="start end join">sales</Conference>`;
    assert.deepEqual(readConference(noun), {
      conference: {
        room: 'sales',
        muted: true,
        beepOnEnter: false,
        beepOnExit: true,
        startConferenceOnEnter: false,
        endConferenceOnExit: true,
        maxParticipants: 3,
        record: true,
        wait: { url: 'http://app.test/wait', method: 'GET' },
        statusCallback: { url: 'http://app.test/room', method: 'GET', events: ['start', 'end', 'join'] },
      },
      warnings: [],
    });
  });

  const beeps = [
    ['true', true, true],
    ['false', false, false],
    ['onEnter', true, false],
    ['onExit', false, true],
  ] as const;
  for (const [beep, beepOnEnter, beepOnExit] of beeps) {
    it(`beep="${beep}" beeps ${beepOnEnter ? '' : 'not '}on entering and ${beepOnExit ? '' : 'not '}on leaving`, () => {
      const { conference } = readConference(`<Conference beep="${beep}">sales</Conference>`);
      assert.deepEqual(conference, { ...DEFAULTS, beepOnEnter, beepOnExit });
    });
  }

  it('without a name is skipped with a warning', () => {
    assert.deepEqual(readVerbs('<Dial><Conference/></Dial>'), {
      verbs: [],
      warnings: ['<Conference> names no conference; its Dial is skipped.'],
    });
  });

  it('stands alone', () => {
    const { conference, warnings } = readConference('<Client>bob</Client><Conference>sales</Conference>');
    assert.deepEqual(conference, DEFAULTS);
    assert.deepEqual(warnings, [
      '<Dial> has other nouns beside a Conference, which must stand alone; they are dropped.',
    ]);
  });

  it('answers, plays music until another one comes, and then lets them talk', async () => {
    const call = await dialling('<Conference beep="false">sales</Conference>');
    assert.deepEqual(names(call), ['startMusic']);
    assert.equal(call.live.state.phase, 'in-progress');
    const bob = await another(call, 'bob');
    assert.deepEqual(names(call), ['startMusic', 'stopMusic', 'enterRoom']);
    await call.hangUp();
    assert.deepEqual(names(call).slice(3), ['leaveRoom']);
    await bob.leave();
    call.check();
  });

  it('runs the waitUrl again and again until the talk begins', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, '<Response><Dial><Conference waitUrl="/wait">sales</Conference></Dial></Response>')
      .on(
        'http://app.test/wait',
        '<Response><Say>Please wait</Say><Dial>bob@h</Dial><Pause length="9"/></Response>',
      );
    await call.start();
    await call.clock.advance(25_000);
    assert.deepEqual(call.sounds.asked, Array(3).fill('say woman en Please wait'));
    assert.equal(call.control.commandsNamed('play').length, 3);
    assert.deepEqual(call.control.commandsNamed('startMusic'), []);
    assert.deepEqual(call.documents.summary('CallSid', 'CallStatus').slice(1), [
      ...Array(3).fill(['POST http://app.test/wait', `CallSid=${CALLER}`, 'CallStatus=in-progress']),
    ]);
    await another(call, 'bob').then((bob) => bob.leave());
    assert.deepEqual(call.control.commandsNamed('enterRoom').length, 1);
    await call.hangUp();
    call.check();
  });

  it('plays music where there is nothing to hear at the waitUrl', async () => {
    const call = await dialling('<Conference waitUrl="/gone">sales</Conference>');
    assert.deepEqual(names(call), ['startMusic']);
    assert.deepEqual(
      call.store.notifications.map(({ message }) => message),
      [
        'The application server answered with status 404',
        'There is nothing to hear at the waitUrl; music is played instead',
      ],
    );
    await call.hangUp();
    call.check();
  });

  it('asks the action once, with DialCallStatus=completed and no DialCallSid', async () => {
    const call = await dialling('<Conference>sales</Conference>', ' action="/after"');
    const bob = await another(call, 'bob', { endConferenceOnExit: true });
    await bob.leave();
    await call.clock.advance(0);
    const parameters = Object.fromEntries(action(call)?.parameters ?? []);
    assert.equal(parameters['DialCallStatus'], 'completed');
    assert.equal(parameters['CallStatus'], 'in-progress');
    assert.deepEqual(
      Object.keys(parameters).filter((name) => name.startsWith('Dial')),
      ['DialCallStatus'],
    );
    call.check();
  });

  it('asks the action also when the caller hangs up', async () => {
    const call = await dialling('<Conference>sales</Conference>', ' action="/after"');
    await call.hangUp();
    assert.equal(Object.fromEntries(action(call)?.parameters ?? [])['CallStatus'], 'completed');
    call.check();
  });

  it('that is full ends the Dial at once, failed', async () => {
    const call = new RcmlCall();
    call.documents
      .on(
        VOICE_URL,
        '<Response><Dial action="/after"><Conference maxParticipants="1">sales</Conference></Dial></Response>',
      )
      .on('http://app.test/after', '<Response/>');
    const bob = await another(call, 'bob');
    await call.start();
    assert.equal(Object.fromEntries(action(call)?.parameters ?? [])['DialCallStatus'], 'failed');
    await bob.leave();
    call.check();
  });

  it('goes on with the next verb but a Dial, when it is over', async () => {
    const call = await dialling('<Conference>sales</Conference>', '', '<Dial>bob@h</Dial><Say>Bye</Say>');
    const bob = await another(call, 'bob');
    call.rooms.kick(bob.conferenceSid, CALLER);
    await call.clock.advance(1000);
    assert.deepEqual(call.control.commandsNamed('place'), []);
    assert.deepEqual(call.sounds.asked, ['say woman en Bye']);
    await bob.leave();
    call.check();
  });

  it('with record has the room recorded, and the action tells nothing of that', async () => {
    const call = await dialling(
      '<Conference beep="false" record="record-from-start" trim="trim-silence" recordingStatusCallback="/rec">sales</Conference>',
      ' action="/after"',
    );
    assert.equal(names(call).includes('recordTalk'), false);
    const bob = await another(call, 'bob');
    const [, , order] = call.control.commandsNamed('recordTalk')[0] ?? [];
    const { conferenceSid } = bob;
    const recordingSid = roomRecordingSid(conferenceSid);
    assert.deepEqual(order, { recordingSid, channels: 1, roomSid: conferenceSid });
    await call.hangUp();
    assert.equal(names(call).includes('recordTalk ended'), false);
    assert.equal(
      action(call)?.parameters.some(([name]) => name === 'RecordingUrl'),
      false,
    );
    await bob.leave();
    await call.clock.advance(0);
    const { status, trimSilence } = call.store.recording(recordingSid) ?? {};
    assert.deepEqual([status, trimSilence], ['completed', true]);
    assert.deepEqual(
      call.store.callbacks.map(({ url, parameters }) => [
        url,
        Object.fromEntries(parameters)['ConferenceSid'],
      ]),
      [['http://app.test/rec', conferenceSid]],
    );
    call.check();
  });

  it('in a Dial with record has what the caller says and hears recorded', async () => {
    const call = await dialling(
      '<Conference beep="false">sales</Conference>',
      ' action="/after" record="record-from-answer-dual"',
    );
    const bob = await another(call, 'bob');
    const [, , order] = call.control.commandsNamed('recordTalk')[0] ?? [];
    const { channels, roomSid } = order as { channels: number; roomSid?: string };
    assert.deepEqual([channels, roomSid], [2, undefined]);
    await call.hangUp();
    assert.equal(
      action(call)?.parameters.some(([name]) => name === 'RecordingUrl'),
      true,
    );
    await bob.leave();
    call.check();
  });

  it('ends with timeLimit', async () => {
    const call = await dialling('<Conference>sales</Conference>', ' timeLimit="60"');
    await call.clock.advance(59_000);
    assert.equal(call.live.state.phase, 'in-progress');
    await call.clock.advance(1000);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('ends when the caller presses * with hangupOnStar', async () => {
    const call = await dialling('<Conference>sales</Conference>', ' hangupOnStar="true"');
    call.live.pressed('1');
    await call.clock.advance(1000);
    assert.equal(call.live.state.phase, 'in-progress');
    call.live.pressed('*');
    await call.clock.advance(0);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('lets a moved caller go, and asks the action all the same', async () => {
    const call = await dialling('<Conference>sales</Conference>', ' action="/after"');
    const bob = await another(call, 'bob');
    call.runs.get(CALLER)?.modify({ first: { text: '<Response><Say>Moved</Say></Response>' } });
    await call.clock.advance(1000);
    assert.deepEqual(call.sounds.asked, ['say woman en Moved']);
    assert.equal(Object.fromEntries(action(call)?.parameters ?? [])['DialCallStatus'], 'completed');
    await bob.leave();
    call.check();
  });
});
