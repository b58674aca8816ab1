import assert from 'node:assert/strict';
import { says } from '../../support/caller.ts';
import { aliceCalls } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { recordingBegan } from '../../support/timeline.ts';
import { twilioClient } from '../../support/twilio-client.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Twilio's library, talking to the story's Legwork. */
function library(story: LiveStory): ReturnType<typeof twilioClient> {
  const { url, accountSid, authToken } = story.stack.legwork;
  return twilioClient(url, accountSid, authToken);
}

async function sidOf(story: LiveStory, to: string): Promise<string> {
  return (await story.calls()).find((call) => call.to === to)?.sid ?? assert.fail(`no call to ${to}`);
}

/** What a path was told: `CallStatus` of each request. */
const statuses = (story: LiveStory, path: string) =>
  story.app.to(path).map(({ params }) => params['CallStatus']);

stories('update() of a client library', (story) => {
  it('with a StatusCallback alone: from now on it is told there, and the call goes on as it was', async () => {
    const { call } = await aliceCalls(story(), '<Play digits="12"/><Pause length="60"/>', ['/elsewhere']);
    await call.audio.heardDigits('12');
    const sid = await sidOf(story(), '1000');
    await library(story())
      .calls(sid)
      .update({ statusCallback: story().app.url('/elsewhere') });
    await call.hangUp();
    await story().quiet();
    assert.deepEqual(statuses(story(), '/voice'), ['ringing']);
    assert.deepEqual(statuses(story(), '/number'), ['ringing', 'in-progress']);
    assert.deepEqual(statuses(story(), '/elsewhere'), ['completed']);
  });

  it('with a StatusCallback of a call that had none', async () => {
    const bob = await story().phone('bob');
    story().app.reply('/elsewhere', { status: 204 });
    const { sid } = await library(story()).calls.create({
      to: 'client:bob',
      from: '+15550100',
      twiml: '<Response><Pause length="60"/></Response>',
    });
    const atBob = await bob.incoming();
    atBob.ring();
    const rings = async () => (await library(story()).calls(sid).fetch()).status === 'ringing';
    await waitUntil('the call rings', rings);
    await library(story())
      .calls(sid)
      .update({ statusCallback: story().app.url('/elsewhere'), statusCallbackMethod: 'GET' });
    await atBob.answer();
    await atBob.hangUp();
    await story().quiet();
    const told = story().app.to('/elsewhere');
    assert.deepEqual(
      told.map(({ method, params }) => [method, params['CallEvent'], params['SequenceNumber']]),
      [
        ['GET', 'answered', '2'],
        ['GET', 'completed', '3'],
      ],
    );
  });

  it('with a document: it runs; when the call is over it is refused with 400, code 21220', async () => {
    const { call } = await aliceCalls(story(), '<Say loop="0">And so on.</Say>');
    await call.audio.heardSound();
    const sid = await sidOf(story(), '1000');
    const twiml = '<Response><Play digits="34"/></Response>';
    await library(story()).calls(sid).update({ twiml });
    await call.audio.heardDigits('34');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    await assert.rejects(
      library(story()).calls(sid).update({ twiml }),
      (error: { status?: number; code?: number }) => error.status === 400 && error.code === 21220,
    );
  });

  it('with a document while digits are sent: the new ones come after them, all of them', async () => {
    const { call } = await aliceCalls(story(), '<Play digits="1212121212"/><Pause length="60"/>');
    await call.audio.heardDigits('1');
    const sid = await sidOf(story(), '1000');
    await library(story()).calls(sid).update({ twiml: '<Response><Play digits="3456"/></Response>' });
    assert.equal((await call.ended).how, 'bye');
    // Five of the first were on their way already; on a busy machine the next five too.
    assert.match(call.audio.receivedDigits(), /^12121(21212)?3456$/);
    await story().quiet();
  });
});

stories('create() of a client library', (story) => {
  const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];
  for (const [title, statusCallbackEvent] of [
    ['as one text', ['initiated ringing answered completed']],
    ['as one text with commas', ['initiated,ringing, answered,completed']],
    ['as a list', EVENTS],
  ] as const) {
    it(`hears of all four events that it names ${title}`, async () => {
      const bob = await story().phone('bob');
      story().app.reply('/status', { status: 204 });
      await library(story()).calls.create({
        to: 'client:bob',
        from: '+15550100',
        twiml: '<Response><Hangup/></Response>',
        statusCallback: story().app.url('/status'),
        statusCallbackEvent: [...statusCallbackEvent],
      });
      const atBob = await bob.incoming();
      atBob.ring();
      await atBob.answer();
      await atBob.ended;
      await story().quiet();
      assert.deepEqual(
        story()
          .app.to('/status')
          .map(({ params }) => params['CallEvent']),
        EVENTS,
      );
    });
  }

  it('of a client with a blank in its name is refused, and told what is allowed', async () => {
    const { status, json } = await story().rest('POST', '/Clients.json', {
      Login: 'La Lavie',
      Password: 'correct-horse',
    });
    assert.equal(status, 400);
    assert.match(
      String(json['message']),
      /^Login must be at most 63 letters, digits, dots, hyphens and underscores/,
    );
  });
});

stories('URLs and names with apostrophes, pluses and percent signs', (story) => {
  /** As people write it in a document; `'` is the one sign that a URL cannot have as it is. */
  const QUERY = "Digits=1&RetryMessage=Couldn%27t+find&x=%7e~%2B&who=O'Neil";
  const SENT = QUERY.replace("O'Neil", 'O%27Neil');

  for (const method of ['GET', 'POST'] as const) {
    it(`are sent as they are written, and signed as they are sent (${method})`, async () => {
      const { app } = story();
      const amp = QUERY.replaceAll('&', '&amp;');
      app.reply('/voice', `<Response><Redirect method="${method}">/next?${amp}</Redirect></Response>`);
      app.reply('/next', '<Response><Hangup/></Response>');
      app.reply('/number', { status: 204 });
      await story().number('1000', {
        VoiceMethod: method,
        StatusCallbackMethod: method,
        StatusCallback: app.url(`/number?${QUERY}`),
      });
      const alice = await story().phone('alice');
      const call = await alice.call('1000', { displayName: `Pat O'Neil + "Co" 100%` });
      await call.ended;
      await story().quiet();
      const told = app.requests.filter(({ path }) => path !== '/voice');
      assert.deepEqual(
        told.map(({ path }) => path),
        ['/number', '/next', '/number', '/number'],
      );
      for (const { target, path } of told) {
        const written = `${path}?${SENT}`;
        assert.equal(method === 'POST' ? target : target.slice(0, written.length), written);
      }
      for (const request of app.requests) {
        assert.equal(request.method, method);
        assert.equal(request.params['CallerName'], `Pat O'Neil + "Co" 100%`);
        // The validator hashes the URL as it came.
        assert.ok(request.signatureValid(story().stack.authToken), request.target);
      }
    });
  }
});

stories('A recorded message of a number that has a status callback', (story) => {
  it('is told to the action and to the callback, and no parameter is "null" or "undefined"', async () => {
    story().app.reply('/recorded', '<Response><Hangup/></Response>');
    const { call } = await aliceCalls(
      story(),
      '<Record action="/recorded" finishOnKey="#" recordingStatusCallback="/sound"/>',
      ['/sound'],
    );
    await call.audio.heardSound();
    // The beep may be heard before what comes after it is recorded.
    await recordingBegan(story());
    await says(call, 600, 800);
    await call.sendDigits('#');
    await call.ended;
    await story().quiet();
    assert.deepEqual(statuses(story(), '/number'), ['ringing', 'in-progress', 'completed']);
    assert.equal(story().app.to('/recorded').length, 1);
    assert.equal(story().app.to('/sound').length, 1);
    for (const { target, pairs } of story().app.requests) {
      for (const [name, value] of pairs)
        assert.doesNotMatch(value, /^(null|undefined|)$/i, `${name} ${target}`);
    }
  });
});

stories('A conference that is recorded, as the samples of the client libraries write it', (story) => {
  it('tells its own recordingStatusCallback, and nobody else', async () => {
    const { app } = story();
    app.reply(
      '/voice',
      `<Response><Dial action="/left" recordingStatusCallback="/not-here"><Conference beep="false"
        record="record-from-start" recordingStatusCallback="/recorded" recordingStatusCallbackMethod="GET"
        recordingStatusCallbackEvent="in-progress completed">sales</Conference></Dial></Response>`,
    );
    app.reply('/left', '<Response/>');
    for (const path of ['/number', '/recorded', '/not-here']) app.reply(path, { status: 204 });
    await story().number('1000');
    const calls = [];
    for (const login of ['alice', 'carol']) {
      const call = await (await story().phone(login)).call('1000');
      await call.answered;
      call.audio.sendTone(697);
      calls.push(call);
    }
    // They may hear each other before that is recorded.
    await app.waitFor(() => app.to('/recorded').length === 1);
    for (const call of calls) {
      call.audio.mark();
      await call.audio.heardTone(697, { forMs: 500 });
    }
    for (const call of calls) await call.hangUp();
    // A file may be ready later than its call is over.
    await app.waitFor(() => app.to('/recorded').length === 2);
    await story().quiet();
    assert.deepEqual(app.to('/not-here'), []);
    const told = app.to('/recorded').map(({ method, params }) => {
      assert.match(params['RecordingUrl'] ?? '', /\/Recordings\/RE[0-9a-f]{32}$/);
      return `${method} ${params['RecordingStatus']} ${params['RecordingSource']}`;
    });
    assert.deepEqual(told, ['GET in-progress Conference', 'GET completed Conference']);
  });
});
