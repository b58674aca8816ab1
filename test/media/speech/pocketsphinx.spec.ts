import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  pocketsphinxTool,
  runtimeTools,
  type RuntimeTools,
} from '../../../src/bundled-asterisk/debian/tools.ts';
import { systemClock } from '../../../src/clock.ts';
import { Pocketsphinx } from '../../../src/media/speech/pocketsphinx.ts';
import { toolRunner } from '../../../src/media/tool-process.ts';
import { NEVER } from '../sound/sound-builders.ts';

const runTool = toolRunner(systemClock);
const HOW = { timeoutMs: 20_000, maxOutputBytes: 1_000_000, signal: NEVER };

describe('The real pocketsphinx', () => {
  let dir: string;
  let tools: RuntimeTools;
  let recognizer: Pocketsphinx;
  before(async function () {
    this.timeout(300_000);
    dir = await mkdtemp(join(tmpdir(), 'legwork-pocketsphinx-'));
    tools = await runtimeTools();
    recognizer = new Pocketsphinx({ tool: await pocketsphinxTool(), sox: tools.sox, runTool });
  });
  after(() => rm(dir, { recursive: true }));

  /** What espeak-ng says, as a telephone line leaves it. */
  async function spoken(text: string): Promise<string> {
    const [wide, narrow] = [join(dir, 'wide.wav'), join(dir, 'narrow.wav')];
    await runTool(tools.espeak, ['-v', 'en-us', '-w', wide, text], HOW);
    await runTool(tools.sox, [wide, '-r', '8000', '-c', '1', '-e', 'mu-law', narrow], HOW);
    return narrow;
  }

  it('understands a word of the hints, and takes another word for none', async () => {
    const hints = { language: 'en-US', hints: 'support, billing, operator' };
    const heard = await recognizer.recognize(await spoken('billing'), hints, NEVER);
    assert.ok(
      heard.ok && heard.transcript === 'billing' && (heard.confidence ?? 0) >= 0.5,
      JSON.stringify(heard),
    );
    const other = await recognizer.recognize(await spoken('elephant'), hints, NEVER);
    assert.deepEqual(other, { ok: true, transcript: '', partials: [] });
  });

  it('hears nothing in silence and in noise', async () => {
    const hints = { language: 'en', hints: 'yes, no' };
    const silence = join(dir, 'silence.wav');
    const noise = join(dir, 'noise.wav');
    await runTool(tools.sox, ['-n', '-r', '8000', '-b', '16', silence, 'trim', '0', '1'], HOW);
    await runTool(
      tools.sox,
      ['-n', '-r', '8000', '-b', '16', noise, 'synth', '1', 'brownnoise', 'vol', '0.1'],
      HOW,
    );
    for (const path of [silence, noise]) {
      const heard = await recognizer.recognize(path, hints, NEVER);
      assert.deepEqual(heard, { ok: true, transcript: '', partials: [] });
    }
  });

  it('says that it understands English only', async () => {
    assert.deepEqual(await recognizer.recognize('/x', { language: 'de-DE' }, NEVER), {
      ok: false,
      message: 'pocketsphinx understands English only, and the language is de-DE',
    });
  });
});
