// Takes about 25 s.
import assert from 'node:assert/strict';
import type { Phone } from '../../../src/phone/phone.ts';
import { SAMPLE_RATE, sine } from '../../../src/phone/tones.ts';
import { aliceCalls } from '../../support/dial-story.ts';
import type { CallJson } from '../../support/live-legs.ts';
import { orderCall } from '../../support/live-rest-calls.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

const WAV_HEADER_BYTES = 44;
const HELLO = 'Hello?';
const BUSINESS = 'Acme, good morning, Julia speaking';
const GREETING =
  'You have reached the voice mail of Robert Smith. I am not here at the moment, so please leave a message after the tone, and I will call you back.';

/** What the engine makes of a text. */
async function spoken({ stack }: LiveStory, text: string): Promise<Int16Array> {
  const { sounds } = stack.legwork.foundation;
  const options = { accountSid: 'AC1', signal: new AbortController().signal };
  const sound = await sounds.speak({ text, voice: 'woman', language: 'en' }, options);
  assert.ok(sound.ok);
  const file = await (await fetch(sound.mediaUrl)).arrayBuffer();
  return new Int16Array(file.slice(WAV_HEADER_BYTES));
}

function joined(...parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return all;
}

function silence(seconds: number): Int16Array {
  return new Int16Array(seconds * SAMPLE_RATE);
}

/** White noise of -45 dBFS. */
function noise(seconds: number): Int16Array {
  let state = 1;
  return silence(seconds).map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.round((state / 2 ** 30 - 1) * 184 * Math.sqrt(3));
  });
}

/** Somebody who answers, and what is heard of them. */
interface Answerer {
  readonly says: Int16Array;
  readonly form?: Readonly<Record<string, string>>;
  /** A phone that sends nothing while its user is silent. */
  readonly suppressesSilence?: boolean;
  readonly answeredBy: string;
}

async function answers(phone: Phone, { says, suppressesSilence }: Answerer): Promise<void> {
  const call = await phone.incoming();
  await call.answer();
  await call.audio.sendSamples(says);
  if (suppressesSilence === true) call.audio.stopSending();
}

/** The callback that says who answered this leg, or any. */
async function toldOf({ app }: LiveStory, sid?: string) {
  const find = () => app.to('/amd').find(({ params }) => sid === undefined || params['CallSid'] === sid);
  await app.waitFor(() => find() !== undefined);
  const told = find();
  assert.ok(told);
  return told;
}

stories('Whoever answers is a person or a machine', (story) => {
  it('as what is heard of them says, while the call goes on or before its document', async () => {
    const [hello, business, greeting] = await Promise.all(
      [HELLO, BUSINESS, GREETING].map((text) => spoken(story(), text)),
    );
    assert.ok(hello && business && greeting);
    const beep = sine(1_000, { from: 0, samples: SAMPLE_RATE / 2 });
    const end = { MachineDetection: 'DetectMessageEnd' };
    const cast: Readonly<Record<string, Answerer>> = {
      hello: { says: joined(silence(0.5), hello), answeredBy: 'human' },
      late: { says: joined(silence(4), hello), answeredBy: 'human' },
      business: { says: joined(silence(0.3), business), answeredBy: 'human' },
      quiet: { says: joined(silence(0.3), hello), suppressesSilence: true, answeredBy: 'human' },
      machine: { says: joined(silence(0.3), greeting), answeredBy: 'machine_start' },
      music: { says: sine(440, { from: 0, samples: 8 * SAMPLE_RATE }), answeredBy: 'machine_start' },
      silent: { says: silence(1), answeredBy: 'unknown' },
      noisy: { says: noise(7), answeredBy: 'unknown' },
      message: { says: joined(greeting, beep), form: end, answeredBy: 'machine_end_silence' },
      endless: {
        says: sine(440, { from: 0, samples: 8 * SAMPLE_RATE }),
        form: { ...end, MachineDetectionTimeout: '4' },
        answeredBy: 'machine_end_other',
      },
    };
    const { app } = story();
    app.reply('/voice', '<Response><Pause length="30"/></Response>');
    app.reply('/amd', { status: 204 });
    const found = await Promise.all(
      Object.entries(cast).map(async ([name, answerer]) => {
        const phone = await story().peer(name, '127.0.0.5');
        void answers(phone, answerer);
        const sid = await orderCall(story(), {
          To: phone.uri,
          MachineDetection: 'Enable',
          AsyncAmd: 'true',
          AsyncAmdStatusCallback: app.url('/amd'),
          ...answerer.form,
        });
        const told = await toldOf(story(), sid);
        assert.equal((await story().rest('POST', `/Calls/${sid}.json`, { Status: 'completed' })).status, 200);
        return [name, told.params['AnsweredBy'], sid] as const;
      }),
    );
    assert.deepEqual(
      Object.fromEntries(found.map(([name, by]) => [name, by])),
      Object.fromEntries(Object.entries(cast).map(([name, { answeredBy }]) => [name, answeredBy])),
    );
    await story().quiet();
    assert.equal(app.to('/amd').length, found.length, 'each is told once');
    for (const call of (await story().calls()) as readonly (CallJson & { answered_by: string })[]) {
      assert.equal(call.answered_by, cast[call.to]?.answeredBy);
    }
    const completed = app.to('/status').filter(({ params }) => params['CallEvent'] === 'completed');
    assert.deepEqual(
      completed.map(({ params }) => String(params['AnsweredBy'])).toSorted(),
      Object.values(cast)
        .map(({ answeredBy }) => answeredBy)
        .toSorted(),
    );
  });

  it('before the first document, which is not asked for when they hang up', async () => {
    const { app } = story();
    const hello = await spoken(story(), HELLO);
    app.reply('/voice', '<Response><Hangup/></Response>');
    const [person, nobody] = [
      await story().peer('person', '127.0.0.5'),
      await story().peer('nobody', '127.0.0.5'),
    ];
    await orderCall(story(), { To: person.uri, MachineDetection: 'Enable' });
    const call = await person.incoming();
    await call.answer();
    await call.audio.sendSamples(hello);
    assert.equal((await call.ended).how, 'bye');
    const [document, ...more] = app.to('/voice');
    assert.deepEqual(more, []);
    assert.equal(document?.params['AnsweredBy'], 'human');
    assert.ok(Number(document?.params['MachineDetectionDuration']) < 4_000);

    await orderCall(story(), { To: nobody.uri, MachineDetection: 'Enable' });
    const other = await nobody.incoming();
    await other.answer();
    await other.hangUp();
    await story().quiet();
    assert.equal(app.to('/voice').length, 1);
    assert.deepEqual(await story().legs({ person: 'P', nobody: 'N' }), {
      P: 'outbound-api completed',
      N: 'outbound-api completed',
    });
  });

  it('while they talk to the caller of a Dial', async () => {
    const { app } = story();
    const greeting = await spoken(story(), GREETING);
    const erin = await story().peer('erin', '127.0.0.5');
    app.reply('/after', '<Response/>');
    const sip = `<Sip machineDetection="Enable" amdStatusCallback="/amd">${erin.uri}</Sip>`;
    const { call } = await aliceCalls(story(), `<Dial action="/after">${sip}</Dial>`, ['/amd']);
    const atErin = await erin.incoming();
    await atErin.answer();
    void atErin.audio.sendSamples(greeting);
    await call.audio.heardSound({ forMs: 1_000 });
    const told = await toldOf(story());
    assert.equal(told.params['AnsweredBy'], 'machine_start');
    await call.hangUp();
    await story().quiet();
    assert.equal(app.to('/after')[0]?.params['DialAnsweredBy'], 'machine_start');
  });
});
