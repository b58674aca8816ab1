import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '../../../src/bundled-asterisk/ports.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Recognized, SpeechHints } from '../../../src/call/speech-recognizer.ts';
import { speechRecognizer } from '../../../src/media/speech/speech-recognizer.ts';
import {
  parseSpeechRecognizer,
  type RecognizerSetting,
} from '../../../src/media/speech/speech-recognizer-setting.ts';
import { toolRunner } from '../../../src/media/tool-process.ts';
import { keepsToTheRecognizerContract } from '../../support/speech-recognizer-contract.ts';
import { NEVER } from '../sound/sound-builders.ts';

const NODE = process.execPath;
const RECORDING = { sid: 'RE1', accountSid: 'AC1' };

describe('SPEECH_RECOGNIZER', () => {
  for (const [setting, read] of [
    ['vosk {input}', { kind: 'command', words: ['vosk', '{input}'] }],
    [
      `/opt/hear "my model" '{language}' {hints}`,
      { kind: 'command', words: ['/opt/hear', 'my model', '{language}', '{hints}'] },
    ],
    ['https://u:p@stt.example/v1?x=1', { kind: 'http', url: 'https://u:p@stt.example/v1?x=1' }],
    ['http://', 'SPEECH_RECOGNIZER is not a valid URL'],
    ['wss://u:p@stt.example/v1', { kind: 'ws', url: 'wss://u:p@stt.example/v1' }],
    ['ws://u:%zz@stt.example', 'SPEECH_RECOGNIZER is not a valid URL'],
    ['hear "x', 'SPEECH_RECOGNIZER has a quote that is not closed'],
    [
      'hear {output}',
      'SPEECH_RECOGNIZER has {output}, but only {input}, {language}, {hints}, {speechModel}, {enhanced}, {profanityFilter}, {debug} are filled in',
    ],
    [' ', 'SPEECH_RECOGNIZER names no program'],
  ] as const) {
    it(`may be or may not be: ${setting}`, () => {
      assert.deepEqual(parseSpeechRecognizer(setting), read);
    });
  }
});

describe('A speech recognizer', () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'legwork-speech-'));
    await writeFile(join(dir, 'RE1.wav'), 'RIFF sound');
  });
  after(() => rm(dir, { recursive: true }));

  const recognizerBy = (setting: RecognizerSetting, runTool = toolRunner(systemClock)) =>
    speechRecognizer({
      setting,
      pathOf: (sid) => join(dir, `${sid}.wav`),
      commandEnv: {},
      runTool,
      clock: systemClock,
    });

  function recognize(
    setting: RecognizerSetting,
    hints: SpeechHints = { language: 'de-DE', hints: 'Pizza, {input}' },
    signal = NEVER,
  ): Promise<Recognized> {
    return recognizerBy(setting).recognize(RECORDING, hints, signal);
  }

  describe('keeps to the contract that its fake keeps too: it', () => {
    let understood: string | undefined;

    keepsToTheRecognizerContract(() => ({
      recognizer: {
        recognize: (recording, hints, signal) => {
          const script =
            understood === undefined
              ? 'process.exit(1)'
              : `console.log('${JSON.stringify({ transcript: understood })}')`;
          const recognizer = recognizerBy({ kind: 'command', words: [NODE, '-e', script] });
          return recognizer.recognize(recording, hints, signal);
        },
      },
      recording: RECORDING,
      understands(transcript) {
        understood = transcript;
      },
    }));
  });

  const command = (script: string, ...words: readonly string[]) =>
    recognize({ kind: 'command', words: [NODE, '-e', script, ...words] });

  it('that is a command gets the sound on its standard input', async () => {
    const script = `process.stdin.on('data', (all) => console.log(JSON.stringify({ transcript: String(all) + process.argv.slice(1) })))`;
    assert.deepEqual(await command(script, '{language}', '{hints}'), {
      ok: true,
      transcript: 'RIFF soundde-DE,Pizza, {input}',
      partials: [],
    });
  });

  it('that is a command gets the path of the sound instead, and may tell more', async () => {
    const script = `console.log(JSON.stringify({ transcript: ' a\\n b ', confidence: 0.5, partials: [
      { transcript: 'a', stability: 0.1 }, { transcript: '' }, 7, { transcript: 'a b', stability: 9 }], path: process.argv[1] }))`;
    assert.deepEqual(await command(script, '{input}'), {
      ok: true,
      transcript: 'a b',
      confidence: 0.5,
      partials: [{ transcript: 'a', stability: 0.1 }, { transcript: 'a b' }],
    });
  });

  for (const [what, script] of [
    ['no JSON', 'console.log("hello")'],
    ['a number', 'console.log(7)'],
    ['no transcript', 'console.log("{}")'],
  ] as const) {
    it(`that answers ${what} has not understood`, async () => {
      assert.deepEqual(await command(script), {
        ok: false,
        message: 'The speech recognizer did not answer with a transcript',
      });
    });
  }

  it('that fails or is not there is a failure', async () => {
    assert.deepEqual(await command('process.exit(3)'), {
      ok: false,
      message: `The speech recognizer ${NODE} failed (failed)`,
    });
    assert.deepEqual(await recognize({ kind: 'command', words: ['/not/there'] }), {
      ok: false,
      message: 'The speech recognizer /not/there failed (not-started)',
    });
  });

  it('is stopped when nobody waits any more', async () => {
    const stop = new AbortController();
    const slow = { kind: 'command', words: [NODE, '-e', 'setTimeout(() => {}, 60000)'] } as const;
    const recognized = recognize(slow, { language: 'en' }, stop.signal);
    stop.abort();
    assert.equal((await recognized).ok, false);
  });

  it('that is a command answers one account while another waits for many answers', async () => {
    const stop = new AbortController();
    const run = toolRunner(systemClock);
    const script = 'console.log(JSON.stringify({ transcript: "hello" }))';
    const recognizer = recognizerBy(
      { kind: 'command', words: [NODE, '-e', script] },
      async (tool, args, how) => {
        if (how.signal === stop.signal) await once(stop.signal, 'abort');
        return run(tool, args, how);
      },
    );
    const ask = (accountSid: string, signal: AbortSignal) =>
      recognizer.recognize({ sid: 'RE1', accountSid }, { language: 'en' }, signal);
    const waiting = Array.from({ length: 10 }, () => ask('AC1', stop.signal));
    assert.deepEqual(await ask('AC2', NEVER), { ok: true, transcript: 'hello', partials: [] });
    stop.abort();
    for (const { ok } of await Promise.all(waiting)) assert.equal(ok, false);
  });

  describe('over HTTP', () => {
    let server: Server;
    let [status, answer] = [200, ''];
    const requests: { message: IncomingMessage; body: string }[] = [];
    before(async () => {
      server = createServer((message, response) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('end', () => {
          requests.push({ message, body: Buffer.concat(chunks).toString() });
          response.writeHead(status).end(answer);
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = () => `http://u:p%20w@127.0.0.1:${(server.address() as AddressInfo).port}/hear?x=1`;

    it('gets the sound with language and hints in the query', async () => {
      [status, answer] = [200, '{"transcript":"pizza","confidence":1}'];
      assert.deepEqual(await recognize({ kind: 'http', url: url() }), {
        ok: true,
        transcript: 'pizza',
        confidence: 1,
        partials: [],
      });
      const { message, body } = requests.at(-1) ?? assert.fail();
      assert.equal(message.method, 'POST');
      assert.equal(message.url, '/hear?x=1&language=de-DE&hints=Pizza%2C+%7Binput%7D');
      assert.equal(message.headers['content-type'], 'audio/wav');
      assert.equal(message.headers['content-length'], '10');
      assert.equal(message.headers.authorization, `Basic ${Buffer.from('u:p w').toString('base64')}`);
      assert.equal(body, 'RIFF sound');
    });

    it('that refuses or is not there is a failure', async () => {
      status = 503;
      assert.deepEqual(await recognize({ kind: 'http', url: url() }), {
        ok: false,
        message: 'The speech recognizer answered 503',
      });
      assert.deepEqual(
        await recognize({ kind: 'http', url: `http://127.0.0.1:${await pickFreePort('127.0.0.1')}/` }),
        {
          ok: false,
          message: 'The speech recognizer could not be reached (ECONNREFUSED)',
        },
      );
    });
  });
});
