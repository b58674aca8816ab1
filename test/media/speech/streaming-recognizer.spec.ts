import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/clock.ts';
import type { SpeechHints } from '../../../src/call/speech-recognizer.ts';
import { speechRecognizer } from '../../../src/media/speech/speech-recognizer.ts';
import { toolRunner } from '../../../src/media/tool-process.ts';
import { encodeMuLaw, sine } from '../../../src/phone/tones.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecognizerServer } from '../../support/recognizer-server.ts';
import { keepsToTheRecognizerContract } from '../../support/speech-recognizer-contract.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { wavOf } from '../../support/wav.ts';

const HINTS: SpeechHints = { language: 'de-DE', hints: 'Pizza, Pasta', enhanced: true };
const OWNER = { accountSid: 'AC1', callSid: 'CA1' };

describe('A recognizer that hears speech while it is spoken', () => {
  let server: RecognizerServer;
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'legwork-streaming-'));
    await writeFile(join(dir, 'RE1.wav'), wavOf(440, 1));
  });
  after(() => rm(dir, { recursive: true }));
  beforeEach(async () => {
    server = await RecognizerServer.start();
  });
  afterEach(() => server.stop());

  const recognizerAt = (
    url: string,
    clock: Pick<typeof systemClock, keyof typeof systemClock> = systemClock,
  ) =>
    speechRecognizer({
      setting: { kind: 'ws', url },
      pathOf: (sid) => join(dir, `${sid}.wav`),
      commandEnv: {},
      runTool: toolRunner(systemClock),
      clock,
    });

  /** A session at the server (or another URL), and what was told of it. */
  function listening(url = server.url, clock: Parameters<typeof recognizerAt>[1] = systemClock) {
    const told: unknown[] = [];
    const session = recognizerAt(url, clock).listen?.(
      { ...OWNER, hints: HINTS },
      {
        partial: (guess) => told.push(['partial', guess]),
        final: (part) => told.push(['final', part]),
        over: (failure) => told.push(failure === undefined ? ['over'] : ['over', failure]),
      },
    );
    assert(session !== undefined);
    const isOver = () => waitUntil('it is over', () => told.some((one) => String(one).startsWith('over')));
    return { session, told, isOver };
  }

  it('is told first whose speech it is and how it is sent, and gets what was said before it was there', async () => {
    const { session, isOver } = listening(server.url.replace('//', '//u:p%20w@'));
    const tone = sine(440, { samples: 800 });
    session.audio(encodeMuLaw(tone));
    session.finish();
    const speech = await server.speech();
    await waitUntil('all has come', () => speech.isEnded);
    assert.deepEqual(speech.messages, [
      {
        type: 'start',
        ...OWNER,
        encoding: 'pcm_s16le',
        sampleRate: 8000,
        channels: 1,
        language: 'de-DE',
        hints: 'Pizza, Pasta',
        enhanced: true,
      },
      { type: 'end' },
    ]);
    assert.equal(speech.request.headers.authorization, `Basic ${Buffer.from('u:p w').toString('base64')}`);
    assert.equal(speech.samples.length, 800);
    // A step of µ-law is at most 1/16 of the sample.
    for (const [at, sample] of speech.samples.entries()) {
      assert.ok(Math.abs(sample - (tone[at] ?? 0)) <= 16 + Math.abs(tone[at] ?? 0) / 16, `sample ${at}`);
    }
    speech.say({ type: 'final', transcript: '' });
    await isOver();
  });

  it('tells what it takes it for, the parts that it has understood, and with the last part that it is over', async () => {
    const { session, told, isOver } = listening();
    const speech = await server.speech();
    speech.say({ type: 'partial', transcript: ' a\npea', stability: 0.4 });
    speech.say({ type: 'something new', transcript: 'x' });
    speech.say({ type: 'final', transcript: 'a pizza', confidence: 0.8 });
    await waitUntil('two are told', () => told.length === 2);
    session.finish();
    await waitUntil('it has the end', () => speech.isEnded);
    speech.say({ type: 'final', transcript: 'please', confidence: 7 });
    await isOver();
    assert.deepEqual(told, [
      ['partial', { transcript: 'a pea', stability: 0.4 }],
      ['final', { transcript: 'a pizza', confidence: 0.8 }],
      ['final', { transcript: 'please' }],
      ['over'],
    ]);
    await waitUntil('the connection is closed', () => speech.closed === 1000);
  });

  it('may close the connection after the end when there is nothing more', async () => {
    const { session, told, isOver } = listening();
    session.finish();
    (await server.speech()).socket.close(1000);
    await isOver();
    assert.deepEqual(told, [['over']]);
  });

  for (const [what, does, failure] of [
    ['breaks the connection', 'terminate', 'closed the connection (1006)'],
    ['closes it before the end', 'close', 'closed the connection (1000)'],
    ['says that it failed', { type: 'error', message: 'no\nlicence' }, 'failed: no licence'],
    ['says that it failed and not why', { type: 'error' }, 'failed: it does not say why'],
    ['sends no transcript', { type: 'final' }, 'sent what is no result'],
    ['sends no JSON', 'hello', 'sent what is no result'],
    ['sends sound', Buffer.from('hello'), 'sent what is no result'],
  ] as const) {
    it(`that ${what} is a failure, in words`, async () => {
      const { told, isOver } = listening();
      const { socket } = await server.speech();
      if (does === 'terminate') socket.terminate();
      else if (does === 'close') socket.close(1000);
      else socket.send(typeof does === 'string' || Buffer.isBuffer(does) ? does : JSON.stringify(does));
      await isOver();
      assert.deepEqual(told, [['over', `the speech recognizer ${failure}`]]);
    });
  }

  it('that is not there, or is no recognizer, is a failure', async () => {
    const { url } = server;
    await server.stop();
    const gone = listening(url);
    await gone.isOver();
    assert.deepEqual(gone.told, [['over', 'the speech recognizer could not be reached (ECONNREFUSED)']]);
    server = await RecognizerServer.start();
  });

  it('that does not accept the connection within 5 s is a failure', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const clock = new FakeClock();
    const { told } = listening(`ws://127.0.0.1:${(mute.address() as AddressInfo).port}`, clock);
    await clock.advance(4999);
    assert.deepEqual(told, []);
    await clock.advance(1);
    assert.deepEqual(told, [['over', 'the speech recognizer did not accept the connection within 5 s']]);
    assert.equal(clock.timers, 0);
    mute.close();
  });

  it('that gives no result within 10 s of the end is a failure', async () => {
    const clock = new FakeClock();
    const { session, told } = listening(server.url, clock);
    session.finish();
    const speech = await server.speech();
    await waitUntil('it has the end', () => speech.isEnded);
    await clock.advance(9999);
    assert.deepEqual(told, []);
    await clock.advance(1);
    assert.deepEqual(told, [['over', 'the speech recognizer gave no result in time']]);
  });

  it('that does not take what is said is a failure before the memory is full', async () => {
    const { session, told, isOver } = listening();
    const { socket } = await server.speech();
    socket.pause();
    // What the machine keeps for a connection is some megabytes.
    for (let second = 0; second < 3_000 && told.length === 0; second += 1)
      session.audio(new Uint8Array(8_000));
    await isOver();
    assert.deepEqual(told, [['over', 'the speech recognizer does not keep up with what is said']]);
    socket.resume();
  });

  it('is not listened to any more once nobody wants to know', async () => {
    const { session, told } = listening();
    const speech = await server.speech();
    session.close();
    speech.say({ type: 'final', transcript: 'late' });
    await waitUntil('the connection is closed', () => speech.closed === 1000);
    assert.deepEqual(told, []);
  });

  it('gets a kept recording too, and what it tells of it is put together', async () => {
    server.onMessage = (speech) => {
      if (!speech.isEnded) return;
      speech.say({ type: 'partial', transcript: 'a' });
      speech.say({ type: 'final', transcript: `${speech.samples.length} samples`, confidence: 0.5 });
    };
    const { signal } = new AbortController();
    assert.deepEqual(
      await recognizerAt(server.url).recognize({ sid: 'RE1', accountSid: 'AC1' }, HINTS, signal),
      {
        ok: true,
        transcript: '8000 samples',
        confidence: 0.5,
        partials: [{ transcript: 'a' }],
      },
    );
  });

  describe('keeps to the contract of recognizers: it', () => {
    keepsToTheRecognizerContract(() => ({
      recognizer: recognizerAt(server.url),
      recording: { sid: 'RE1', accountSid: 'AC1' },
      understands(transcript) {
        server.onMessage = (speech) => {
          if (!speech.isEnded) return;
          speech.say(transcript === undefined ? { type: 'error' } : { type: 'final', transcript });
        };
      },
    }));
  });
});
