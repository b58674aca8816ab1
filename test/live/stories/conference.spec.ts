import assert from 'node:assert/strict';
import type { OutgoingCall } from '../../../src/phone/phone.ts';
import { FRAME_SAMPLES, SAMPLE_RATE, soundMs, toneMs } from '../../../src/phone/tones.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { toneFile } from '../../support/made-sounds.ts';
import { waitUntil } from '../../support/wait-until.ts';

const TONES: Readonly<Record<string, number>> = { alice: 450, bob: 850, carol: 1450 };
const ROOM = 'statusCallback="/room" beep="false"';
const LISTEN_MS = 1000;

/** The number 1000 leads into the room "sales"; a caller may have attributes of its own. */
async function openRoom(
  story: LiveStory,
  attributes: Readonly<Record<string, string>> | string = ROOM,
): Promise<void> {
  const { app } = story;
  app.reply('/voice', ({ params }) => {
    const own = typeof attributes === 'string' ? attributes : (attributes[params['From'] ?? ''] ?? ROOM);
    return `<Response><Dial action="/after"><Conference ${own}>sales</Conference></Dial></Response>`;
  });
  app.reply('/after', '<Response><Play digits="7"/></Response>');
  for (const path of ['/number', '/room']) app.reply(path, { status: 204 });
  await story.number('1000');
}

async function enter(story: LiveStory, login: string): Promise<OutgoingCall> {
  const phone = await story.phone(login);
  const call = await phone.call('1000');
  await call.answered;
  const tone = TONES[login];
  if (tone !== undefined) call.audio.sendTone(tone);
  return call;
}

/** What a call hears of each tone, as a share of the time from now on. */
async function hears(call: OutgoingCall): Promise<Readonly<Record<string, number>>> {
  call.audio.mark();
  const enough = (LISTEN_MS * SAMPLE_RATE) / 1000;
  await waitUntil('enough was heard', () => call.audio.received().length >= enough);
  const heard = call.audio.received().subarray(0, Math.floor(enough / FRAME_SAMPLES) * FRAME_SAMPLES);
  return Object.fromEntries(
    Object.entries(TONES).map(([name, hz]) => [name, toneMs(heard, hz, 0.25) / LISTEN_MS]),
  );
}

/** Who is heard: at least 80 % of the time; who is not: at most 5 %. */
async function assertHears(call: OutgoingCall, expected: readonly string[]): Promise<void> {
  let shares: Readonly<Record<string, number>> = {};
  const asExpected = async () => {
    shares = await hears(call);
    return Object.entries(shares).every(([name, share]) =>
      expected.includes(name) ? share > 0.8 : share < 0.05,
    );
  };
  // What was on its way when the mixer changed, or waits here for a busy processor, is of the time before.
  await waitUntil('the right ones are heard', asExpected).catch(() => assert.fail(JSON.stringify(shares)));
}

const told = (story: LiveStory) =>
  story.app.to('/room').map(({ params }) => {
    const { SequenceNumber = '', StatusCallbackEvent = '' } = params;
    return `${SequenceNumber} ${StatusCallbackEvent}`;
  });

async function participants(story: LiveStory): Promise<readonly { call_sid: string; muted: boolean }[]> {
  const { json } = await story.rest('GET', '/Conferences/sales/Participants.json');
  return (json['participants'] ?? []) as { call_sid: string; muted: boolean }[];
}

async function sidOf(story: LiveStory, from: string): Promise<string> {
  const found = (await story.calls()).find((call) => call.from === from);
  assert.ok(found);
  return found.sid;
}

stories('Three phones in a conference', (story) => {
  it('each hear the other two, and not themselves', async () => {
    await openRoom(story());
    const alice = await enter(story(), 'alice');
    const bob = await enter(story(), 'bob');
    const carol = await enter(story(), 'carol');
    await carol.audio.heardTone(TONES['alice'] ?? 0, { forMs: 200 });
    await assertHears(alice, ['bob', 'carol']);
    await assertHears(bob, ['alice', 'carol']);
    await assertHears(carol, ['alice', 'bob']);

    await carol.hangUp();
    await assertHears(alice, ['bob']);
    await assertHears(bob, ['alice']);
    await bob.hangUp();
    await alice.hangUp();
    await story().quiet();
    assert.deepEqual(told(story()), [
      '0 participant-join',
      '1 participant-join',
      '2 conference-start',
      '3 participant-join',
      '4 participant-leave',
      '5 participant-leave',
      '6 participant-leave',
      '7 conference-end',
    ]);
    for (const { params } of story().app.to('/after')) {
      assert.deepEqual(
        [params['DialCallStatus'], params['CallStatus'], params['DialCallSid']],
        ['completed', 'completed', undefined],
      );
    }
    assert.equal(story().app.to('/after').length, 3);
    const { json } = await story().rest('GET', '/Conferences.json?FriendlyName=sales&Status=completed');
    assert.equal((json['conferences'] as unknown[]).length > 0, true);
  });

  it('hear a beep when somebody comes, and when somebody goes', async () => {
    await openRoom(story(), { alice: 'beep="false"', bob: 'beep="false"', carol: 'beep="true"' });
    const [alice, bob] = [await enter(story(), 'alice'), await enter(story(), 'bob')];
    for (const call of [alice, bob]) call.audio.sendSilence();
    await waitUntil('they talk', async () => (await participants(story())).length === 2);
    // What of the music and of the tones is still on its way.
    await waitUntil('silence', async () => {
      alice.audio.mark();
      await waitUntil('some', () => alice.audio.received().length >= SAMPLE_RATE / 2);
      return soundMs(alice.audio.received()) === 0;
    });
    alice.audio.mark();
    const carol = await enter(story(), 'carol');
    carol.audio.sendSilence();
    await alice.audio.heardSound({ forMs: 100 });
    await waitUntil('the beep is over', () => alice.audio.received().length >= SAMPLE_RATE);
    alice.audio.mark();
    await carol.hangUp();
    await alice.audio.heardSound({ forMs: 100 });
    await bob.hangUp();
    await alice.hangUp();
  });
});

stories('Who waits for a conference to begin', (story) => {
  it('hears music until the second one comes', async () => {
    await openRoom(story());
    const alice = await enter(story(), 'alice');
    await alice.audio.heardSound({ forMs: 2000 });
    const bob = await enter(story(), 'bob');
    await alice.audio.heardTone(TONES['bob'] ?? 0, { forMs: 200 });
    bob.audio.sendSilence();
    await waitUntil('silence', async () => {
      alice.audio.mark();
      await waitUntil('some', () => alice.audio.received().length >= SAMPLE_RATE / 2);
      return soundMs(alice.audio.received()) === 0;
    });
    await alice.hangUp();
    await bob.hangUp();
  });

  it('hears the waitUrl again and again', async () => {
    await openRoom(story(), { alice: 'waitUrl="/wait" beep="false"' });
    story().app.reply('/wait', '<Response><Play>/tone.wav</Play><Pause length="1"/></Response>');
    const headers = { 'content-type': 'audio/wav' };
    story().app.reply('/tone.wav', { headers, body: await toneFile('wav', 620, 0.5) });
    const alice = await enter(story(), 'alice');
    await alice.audio.heardTone(620, { forMs: 900 });
    const bob = await enter(story(), 'bob');
    await alice.audio.heardTone(TONES['bob'] ?? 0, { forMs: 200 });
    await assertHears(alice, ['bob']);
    assert.ok(story().app.to('/wait').length >= 2);
    await alice.hangUp();
    await bob.hangUp();
  });

  it('waits for the moderator, and goes on with the action when the moderator leaves', async () => {
    const guest = `startConferenceOnEnter="false" ${ROOM}`;
    await openRoom(story(), {
      alice: guest,
      bob: guest,
      carol: `endConferenceOnExit="true" ${ROOM}`,
    });
    const [alice, bob] = [await enter(story(), 'alice'), await enter(story(), 'bob')];
    await waitUntil('both are in', async () => (await participants(story())).length === 2);
    assert.equal((await hears(alice))['bob'], 0);
    const carol = await enter(story(), 'carol');
    await alice.audio.heardTone(TONES['bob'] ?? 0, { forMs: 200 });
    await assertHears(bob, ['alice', 'carol']);
    for (const call of [alice, bob]) call.audio.mark();
    await carol.hangUp();
    await Promise.all([alice.audio.heardDigits('7'), bob.audio.heardDigits('7')]);
    assert.equal((await alice.ended).how, 'bye');
    assert.equal((await bob.ended).how, 'bye');
    await story().quiet();
    const statuses = story()
      .app.to('/after')
      .map(({ params }) => params['CallStatus']);
    assert.equal(statuses.length, 3);
    assert.equal(statuses.filter((status) => status === 'in-progress').length, 2);
    assert.deepEqual(told(story()).slice(-4), [
      '4 participant-leave',
      '5 participant-leave',
      '6 participant-leave',
      '7 conference-end',
    ]);
  });

  it('finds a full room closed', async () => {
    await openRoom(story(), { alice: 'maxParticipants="1"', bob: 'maxParticipants="1"' });
    const alice = await enter(story(), 'alice');
    await waitUntil('she is in', async () => (await participants(story())).length === 1);
    const bob = await enter(story(), 'bob');
    await bob.audio.heardDigits('7');
    await bob.ended;
    assert.deepEqual(
      story()
        .app.to('/after')
        .map(({ params }) => params['DialCallStatus']),
      ['failed'],
    );
    await alice.hangUp();
  });
});

stories('A participant over REST', (story) => {
  it('is muted, held and let out', async () => {
    await openRoom(story());
    const [alice, bob] = [await enter(story(), 'alice'), await enter(story(), 'bob')];
    const carol = await enter(story(), 'carol');
    await alice.audio.heardTone(TONES['carol'] ?? 0, { forMs: 200 });
    const path = `/Conferences/sales/Participants/${await sidOf(story(), 'bob')}.json`;

    assert.equal((await story().rest('POST', path, { Muted: 'true' })).json['muted'], true);
    await assertHears(alice, ['carol']);
    await assertHears(bob, ['alice', 'carol']);
    assert.equal((await story().rest('POST', path, { Muted: 'false' })).json['muted'], false);
    await assertHears(alice, ['bob', 'carol']);

    assert.equal((await story().rest('POST', path, { Hold: 'true' })).json['hold'], true);
    bob.audio.mark();
    await bob.audio.heardSound({ forMs: 1000 });
    await assertHears(alice, ['carol']);
    assert.equal((await story().rest('POST', path, { Hold: 'false' })).json['hold'], false);
    await assertHears(alice, ['bob', 'carol']);
    await assertHears(bob, ['alice', 'carol']);

    bob.audio.mark();
    assert.equal((await story().rest('DELETE', path)).status, 204);
    await bob.audio.heardDigits('7');
    assert.equal((await bob.ended).how, 'bye');
    await assertHears(alice, ['carol']);
    const ended = await story().rest('POST', '/Conferences/sales.json', { Status: 'completed' });
    assert.equal(ended.json['status'], 'completed');
    assert.equal((await alice.ended).how, 'bye');
    assert.equal((await carol.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(told(story()).slice(4), [
      '4 participant-mute',
      '5 participant-unmute',
      '6 participant-hold',
      '7 participant-unhold',
      '8 participant-leave',
      '9 participant-leave',
      '10 participant-leave',
      '11 conference-end',
    ]);
  });

  it('is called into the room', async () => {
    await openRoom(story());
    const alice = await enter(story(), 'alice');
    const phone = await story().phone('bob');
    const form = { From: '1000', To: 'client:bob', Muted: 'true' };
    const made = await story().rest('POST', '/Conferences/sales/Participants.json', form);
    assert.deepEqual([made.status, made.json['status']], [201, 'queued']);
    const bob = await phone.incoming();
    await bob.answer();
    bob.audio.sendTone(TONES['bob'] ?? 0);
    await bob.audio.heardTone(TONES['alice'] ?? 0, { forMs: 200 });
    // The mixer sends nothing to who is alone with somebody muted.
    alice.audio.mark();
    await bob.audio.heardTone(TONES['alice'] ?? 0, { forMs: 1000 });
    assert.equal(alice.audio.toneMs(TONES['bob'] ?? 0), 0);
    await bob.hangUp();
    await alice.hangUp();
  });
});

stories('A supervisor, an announcement, and a sound on hold', (story) => {
  it('are heard by whom they are meant for, and by nobody else', async () => {
    const { app } = story();
    const sound = async (path: string, hz: number) => {
      app.reply(path, { headers: { 'content-type': 'audio/wav' }, body: await toneFile('wav', hz, 1) });
      return app.url(path);
    };
    const rcml = (path: string, url: string) => app.reply(path, `<Response><Play>${url}</Play></Response>`);
    rcml('/announce', await sound('/1900.wav', 1900));
    rcml('/hold', await sound('/620.wav', 620));
    const events = 'statusCallbackEvent="modify speaker announcement"';
    await openRoom(story(), {
      bob: `${ROOM} ${events} participantLabel="agent"`,
      carol: `${ROOM} participantLabel="customer"`,
    });
    const [bob, carol] = [await enter(story(), 'bob'), await enter(story(), 'carol')];
    await assertHears(bob, ['carol']);
    app.reply(
      '/voice',
      `<Response><Dial action="/after"><Conference ${ROOM} coach="${await sidOf(story(), 'bob')}">sales</Conference></Dial></Response>`,
    );
    const alice = await enter(story(), 'alice');
    await assertHears(bob, ['alice', 'carol']);
    await assertHears(carol, ['bob']);
    await assertHears(alice, ['bob', 'carol']);

    const aliceSid = await sidOf(story(), 'alice');
    const change = async (who: string, form: Readonly<Record<string, string>>) => {
      const { status, json } = await story().rest(
        'POST',
        `/Conferences/sales/Participants/${who}.json`,
        form,
      );
      assert.equal(status, 200, JSON.stringify(json));
      return json;
    };
    assert.equal((await change(aliceSid, { Coaching: 'false' }))['coaching'], false);
    await assertHears(carol, ['alice', 'bob']);
    const again = await change(aliceSid, { Coaching: 'true', CallSidToCoach: await sidOf(story(), 'bob') });
    assert.equal(again['call_sid_to_coach'], await sidOf(story(), 'bob'));
    await assertHears(carol, ['bob']);

    carol.audio.mark();
    await change('customer', { AnnounceUrl: app.url('/announce') });
    await carol.audio.heardTone(1900, { forMs: 800 });
    await assertHears(carol, ['bob']);
    assert.equal(bob.audio.toneMs(1900), 0);

    await change('customer', { Hold: 'true', HoldUrl: app.url('/hold') });
    carol.audio.mark();
    await carol.audio.heardTone(620, { forMs: 1_200 });
    await assertHears(bob, ['alice']);
    await change('customer', { Hold: 'false', EndConferenceOnExit: 'true' });
    await assertHears(carol, ['bob']);
    await assertHears(bob, ['alice', 'carol']);

    for (const call of [bob, carol, alice]) call.audio.mark();
    const everybody = await story().rest('POST', '/Conferences/sales.json', {
      AnnounceUrl: app.url('/announce'),
    });
    assert.equal(everybody.status, 200);
    await Promise.all([bob, carol, alice].map((call) => call.audio.heardTone(1900, { forMs: 800 })));
    await assertHears(bob, ['alice', 'carol']);
    await assertHears(carol, ['bob']);

    await carol.hangUp();
    await Promise.all([bob.ended, alice.ended]);
    await story().quiet();
    const names = new Set(app.to('/room').map(({ params }) => params['StatusCallbackEvent']));
    assert.deepEqual(
      [...names].toSorted((a = '', b = '') => a.localeCompare(b)),
      ['announcement-end', 'participant-modify', 'participant-speech-start'],
    );
    const labels = new Set(app.to('/room').map(({ params }) => params['ParticipantLabel']));
    assert.ok(labels.has('agent') && labels.has('customer'));
  });
});
