import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { commandEngine } from '../../../src/media/speech/command-engine.ts';
import { espeakEngine } from '../../../src/media/speech/espeak.ts';
import { httpEngine } from '../../../src/media/speech/http-engine.ts';
import { plainChoice, type SpeechEngine, type Spoken } from '../../../src/media/speech/speech-engine.ts';
import type { RunTool, ToolResult } from '../../../src/media/tool-process.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { NEVER } from '../sound/sound-builders.ts';

const SOUND = Buffer.from('sound');

async function speak(engine: SpeechEngine, voice = 'woman', language = 'en'): Promise<Spoken> {
  const choice = await engine.choose(voice, language, NEVER);
  assert.ok(choice.ok);
  return engine.speak({ text: 'Hello [[x]]' }, choice, NEVER);
}

/** Remembers what was run; answers with the sound unless told otherwise. */
function fakeTool(result: ToolResult = { ok: true, stdout: SOUND }): { runTool: RunTool; runs: unknown[] } {
  const runs: unknown[] = [];
  const runTool: RunTool = (tool, args, { stdin }) => {
    runs.push({ command: tool.command, env: tool.env, args, stdin });
    return Promise.resolve(result);
  };
  return { runTool, runs };
}

describe('espeak-ng', () => {
  const tool = { command: 'espeak-ng', args: [], env: {} };
  const scratchPath = (ending: string) => Promise.resolve(join(tmpdir(), `legwork-engine-test.${ending}`));

  it('gets the text on its standard input, without phonemes, and is asked for its voices once', async () => {
    const { runTool, runs } = fakeTool({
      ok: true,
      stdout: Buffer.from(' 2  en-us  --/M  English  gmw/en-US\n'),
    });
    const engine = espeakEngine(tool, runTool, scratchPath);
    const path = join(tmpdir(), 'legwork-engine-test.wav');
    assert.deepEqual(await speak(engine, 'man'), { ok: true, body: { path }, contentType: 'audio/wav' });
    await speak(engine, 'woman');
    const run = (args: string[], stdin?: string) => ({ command: 'espeak-ng', env: {}, args, stdin });
    assert.deepEqual(runs, [
      run(['--voices']),
      run(['--voices=variant']),
      run(['-v', 'en-us', '-b', '1', '--stdin', '-w', path], 'Hello [ [x]]'),
      run(['-v', 'en-us+f2', '-b', '1', '--stdin', '-w', path], 'Hello [ [x]]'),
    ]);
  });

  const failures: [result: Extract<ToolResult, { ok: false }>, message: string][] = [
    [
      { ok: false, reason: 'not-started', detail: 'spawn espeak-ng ENOENT' },
      'cannot speak: espeak-ng could not be started (spawn espeak-ng ENOENT)',
    ],
    [{ ok: false, reason: 'timeout', detail: '' }, 'cannot speak: espeak-ng took longer than 10 s'],
    [
      { ok: false, reason: 'too-much', detail: '' },
      'cannot speak: espeak-ng made more sound than can be played',
    ],
    [{ ok: false, reason: 'failed', detail: 'a\nno data\n' }, 'cannot speak: espeak-ng failed (no data)'],
  ];
  for (const [result, message] of failures) {
    it(`tells why there is no speech: ${result.reason}`, async () => {
      const choice = await espeakEngine(tool, fakeTool(result).runTool, scratchPath).choose(
        'woman',
        'en',
        NEVER,
      );
      assert.deepEqual(choice, { ok: false, message });
    });
  }
});

describe('a command as SAY_ENGINE', () => {
  const env = { PATH: '/usr/bin' };
  const output = join(tmpdir(), 'legwork-engine-test.out');
  const scratchPath = () => Promise.resolve(output);

  it('gets the text on its standard input and gives the sound on its standard output', async () => {
    const { runTool, runs } = fakeTool();
    const words = ['tts', '--voice={voice}', '{language}'];
    const spoken = await speak(
      commandEngine({ words, env, runTool, scratchPath }),
      'Anna {language}',
      'de-DE',
    );
    assert.deepEqual(spoken, { ok: true, body: SOUND, contentType: '' });
    assert.deepEqual(runs, [{ command: 'tts', env, args: ['--voice=woman', 'de-DE'], stdin: 'Hello [[x]]' }]);
  });

  it('gives the sound in the file that it is told', async () => {
    const runTool: RunTool = async (_, args) => {
      assert.deepEqual(args, ['-o', output]);
      await writeFile(output, SOUND);
      return { ok: true, stdout: Buffer.from('talk') };
    };
    const engine = commandEngine({ words: ['flite', '-o', '{output}'], env, runTool, scratchPath });
    assert.deepEqual(await speak(engine), { ok: true, body: SOUND, contentType: '' });
  });

  it('that writes no file is a failure', async () => {
    const engine = commandEngine({
      words: ['flite', '{output}'],
      env,
      runTool: fakeTool().runTool,
      scratchPath,
    });
    assert.deepEqual(await speak(engine), { ok: false, message: 'cannot speak: flite wrote no file' });
  });

  it('never gets an option or a path out of a document', () => {
    for (const voice of ['-o', '/etc/passwd', '../x', '', 'a;b', '{output}']) {
      const choice = plainChoice(voice, 'en');
      assert.equal(choice.ok && choice.voice, 'woman', voice);
    }
    for (const language of ['-o', '../de', '', 'e', 'en;x', 'en US']) {
      const choice = plainChoice('Anna (high)', language);
      assert.equal(choice.ok && choice.language, 'en', language);
    }
  });
});

describe('an HTTP service as SAY_ENGINE', () => {
  let server: Server;
  let url: string;
  let requests: unknown[];
  let status: number | 'silence';
  beforeEach(async () => {
    requests = [];
    status = 200;
    server = createServer((asked, answer) => {
      void bodyOf(asked).then((body) => {
        const { authorization, 'content-type': type } = asked.headers;
        requests.push({ method: asked.method, path: asked.url, authorization, type, body: JSON.parse(body) });
        if (status !== 'silence') answer.writeHead(status, { 'Content-Type': 'Audio/WAV; x=y' }).end(SOUND);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://user:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}/say`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is sent the text, the voice and the language, and answers with the sound', async () => {
    const clock = new FakeClock();
    assert.deepEqual(await speak(httpEngine(url, clock), 'Anna', 'de'), {
      ok: true,
      body: SOUND,
      contentType: 'audio/wav',
    });
    assert.deepEqual(requests, [
      {
        method: 'POST',
        path: '/say',
        authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
        type: 'application/json',
        body: { text: 'Hello [[x]]', voice: 'Anna', language: 'de' },
      },
    ]);
    assert.equal(clock.timers, 0);
  });

  it('that answers with an error is a failure', async () => {
    status = 503;
    assert.deepEqual(await speak(httpEngine(url, new FakeClock())), {
      ok: false,
      message: 'cannot speak: the speech service answered 503',
    });
  });

  it('that does not answer within 10 s is a failure', async () => {
    status = 'silence';
    const clock = new FakeClock();
    const spoken = speak(httpEngine(url, clock));
    await waitUntil('the service was asked', () => requests.length === 1);
    await clock.advance(10_000);
    assert.deepEqual(await spoken, {
      ok: false,
      message: 'cannot speak: the speech service took longer than 10 s',
    });
  });

  it('that is down is a failure', async () => {
    server.close();
    assert.deepEqual(await speak(httpEngine(url, new FakeClock())), {
      ok: false,
      message: 'cannot speak: the speech service could not be reached (ECONNREFUSED)',
    });
  });

  it('does not keep its password in the name of a sound', () => {
    assert.equal(
      httpEngine('https://user:secret@speech.example/say', new FakeClock()).id,
      'https://speech.example/say',
    );
  });
});

async function bodyOf(asked: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
