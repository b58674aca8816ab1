import assert from 'node:assert/strict';
import { faultStories } from '../../support/fault-stories.ts';
import { timelineOf } from '../../support/timeline.ts';
import { waitUntil } from '../../support/wait-until.ts';

faultStories('Legwork is killed while a Dial', (story) => {
  async function callers(document: string, ...logins: readonly string[]) {
    const { app } = story();
    app.reply('/voice', document);
    app.reply('/after', '<Response><Play digits="7"/></Response>');
    for (const path of ['/number', '/room']) app.reply(path, { status: 204 });
    await story().number('1000');
    const calls = [];
    for (const login of logins) {
      const phone = await story().phone(login);
      const call = await phone.call('1000');
      await call.answered;
      calls.push(call);
    }
    return calls;
  }

  /** What was told of the room; a request that a crash repeats (with the same token) counts once. */
  function roomEvents() {
    const tokens = new Map(
      story()
        .app.to('/room')
        .map((request) => [request.headers['i-idempotency-token'], request]),
    );
    return [...tokens.values()].map(({ params }) => params);
  }

  /** Names of the verbs that ran on the leg to `to`. */
  async function verbsOf(to: string): Promise<readonly unknown[]> {
    const events = await timelineOf(story(), to);
    return events.filter(({ kind }) => kind === 'verb').map(({ data }) => data['name']);
  }

  it('is a conference: they talk on, the room is found again, and nothing is told twice', async () => {
    const [alice, bob] = await callers(
      '<Response><Dial action="/after"><Conference beep="false" statusCallback="/room">sales</Conference></Dial></Response>',
      'alice',
      'bob',
    );
    assert.ok(alice && bob);
    alice.audio.sendTone(450);
    await bob.audio.heardTone(450, { forMs: 200 });
    await waitUntil('the begin is told', () => roomEvents().length === 3);
    await story().stack.crash();
    bob.audio.mark();
    await bob.audio.heardTone(450, { forMs: 500 });
    await story().stack.start();
    bob.audio.mark();
    await bob.audio.heardTone(450, { forMs: 500 });
    const carol = await story().phone('carol');
    const third = await carol.call('1000');
    await third.answered;
    await third.audio.heardTone(450, { forMs: 500 });
    await third.hangUp();
    await alice.hangUp();
    await bob.hangUp();
    await story().quiet();
    assert.deepEqual(
      roomEvents().map((params) => `${params['SequenceNumber']} ${params['StatusCallbackEvent']}`),
      [
        '0 participant-join',
        '1 participant-join',
        '2 conference-start',
        '3 participant-join',
        '4 participant-leave',
        '5 participant-leave',
        '6 participant-leave',
        '7 conference-end',
      ],
    );
    assert.equal(story().app.to('/after').length, 3);
  });

  it('is a conference that all but one have left when it is back: that one ends it', async () => {
    const [alice, bob] = await callers(
      '<Response><Dial action="/after"><Conference beep="false" statusCallback="/room">sales</Conference></Dial></Response>',
      'alice',
      'bob',
    );
    assert.ok(alice && bob);
    await waitUntil('the begin is told', () => roomEvents().length === 3);
    await story().stack.crash();
    await bob.hangUp();
    await story().stack.start();
    await waitUntil('it is told', () => roomEvents().length === 4);
    await alice.hangUp();
    await story().quiet();
    assert.deepEqual(
      roomEvents().map((params) => params['StatusCallbackEvent']),
      [
        'participant-join',
        'participant-join',
        'conference-start',
        'participant-leave',
        'participant-leave',
        'conference-end',
      ],
    );
    assert.equal(story().app.to('/after').length, 2);
  });

  it('screens Bob: he hears the rest of the document, and they talk', async () => {
    story().app.reply(
      '/screen',
      '<Response><Play digits="1"/><Pause length="5"/><Play digits="2"/></Response>',
    );
    const bob = await story().phone('bob');
    const [alice] = await callers(
      '<Response><Dial action="/after"><Client url="/screen">bob</Client></Dial></Response>',
      'alice',
    );
    assert.ok(alice);
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await waitUntil('he hears the pause', async () => (await verbsOf('bob')).includes('Pause'));
    await story().stack.restart();
    // The timeline is Bob's and the position Alice's: killed between the two, the verb before is run again.
    const hasHeard = () => /^1{1,2}2$/.test(atBob.audio.receivedDigits());
    await waitUntil('Bob has heard the whole document', hasHeard, 30_000);
    await alice.audio.heardTone(697, { forMs: 300 });
    await alice.hangUp();
    await story().quiet();
    assert.equal(story().app.to('/screen').length, 1);
    assert.equal(story().app.to('/after')[0]?.params['DialBridged'], 'true');
  });

  it('is recorded: the recording goes on, and the action has it', async () => {
    const bob = await story().phone('bob');
    story().app.reply('/rec', { status: 204 });
    const [alice] = await callers(
      '<Response><Dial action="/after" record="record-from-answer-dual" recordingStatusCallback="/rec">' +
        '<Client>bob</Client></Dial></Response>',
      'alice',
    );
    assert.ok(alice);
    alice.audio.sendTone(600);
    const atBob = await bob.incoming();
    await atBob.answer();
    atBob.audio.sendTone(1000);
    await atBob.audio.heardTone(600, { forMs: 1000 });
    await story().stack.crash();
    atBob.audio.mark();
    await atBob.audio.heardTone(600, { forMs: 1000 });
    await story().stack.start();
    atBob.audio.mark();
    await atBob.audio.heardTone(600, { forMs: 1000 });
    await alice.hangUp();
    await story().app.waitFor(() => story().app.to('/rec').length === 1);
    await story().quiet();
    const [action] = story().app.to('/after');
    assert.match(action?.params['RecordingSid'] ?? '', /^RE/);
    const recorded = story().app.to('/rec')[0]?.params;
    assert.equal(recorded?.['RecordingStatus'], 'completed');
    assert.ok(Number(recorded['RecordingDuration']) >= 3, recorded['RecordingDuration']);
  });
});
