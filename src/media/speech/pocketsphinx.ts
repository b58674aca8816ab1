import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recognized, SpeechHints } from '../../call/speech-recognizer.ts';
import type { RunTool, ToolCommand } from '../tool-process.ts';
import { grammarOf } from './spoken-words.ts';

/** Where pocketsphinx is, and its model of English. */
export interface PocketsphinxTool {
  readonly program: ToolCommand;
  /** The folder with `en-us/`, `cmudict-en-us.dict` and `en-us.lm.bin`. */
  readonly model: string;
}

export interface PocketsphinxParts {
  readonly tool: PocketsphinxTool;
  readonly sox: ToolCommand;
  readonly runTool: RunTool;
}

const TIMEOUT_MS = 60_000;
const MOST_SOUND_BYTES = 64 * 1024 * 1024;
const MOST_ANSWER_BYTES = 1024 * 1024;
/** What is less certain counts as nothing said: a wrong word is worse than none. Chosen by bench/speech.ts (docs/speech.md). */
const LEAST_CONFIDENCE = 0.5;
/** Amplitude (of 32767) of the noise that is added: in the perfect silence of a digital line the model hears words. */
const NOISE = 65;

/** pocketsphinx, as it is in Debian: English, for a few words that sound unlike each other. */
export class Pocketsphinx {
  readonly #parts: PocketsphinxParts;
  #words: Promise<ReadonlySet<string>> | undefined;

  constructor(parts: PocketsphinxParts) {
    this.#parts = parts;
  }

  /** Recognizes the WAV file. Never rejects. */
  async recognize(path: string, hints: SpeechHints, signal: AbortSignal): Promise<Recognized> {
    const { language } = hints;
    if (!/^en(?:[-_]|$)/i.test(language)) {
      const shown = language.slice(0, 20);
      return { ok: false, message: `pocketsphinx understands English only, and the language is ${shown}` };
    }
    const sound = await this.#sound(path, signal);
    if (typeof sound === 'string') return { ok: false, message: sound };
    const words = await this.#known();
    const grammar = hints.hints === undefined ? undefined : grammarOf(hints.hints, (word) => words.has(word));
    const folder = await mkdtemp(join(tmpdir(), 'legwork-grammar-'));
    try {
      const file = join(folder, 'hints.jsgf');
      if (grammar !== undefined) await writeFile(file, grammar.jsgf, { mode: 0o600 });
      const line = await this.#run(sound, grammar === undefined ? undefined : file, signal);
      if (!line.ok) return line;
      const said = readSaid(line.text);
      const isExpected = grammar === undefined || grammar.phrases.includes(said.transcript);
      const heard = isExpected && said.confidence >= LEAST_CONFIDENCE ? said : { transcript: '' };
      return { ok: true, ...heard, partials: [] };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** 16 kHz, 16 bit, with a little silence around it and a little noise; a message when sox could not. */
  async #sound(path: string, signal: AbortSignal): Promise<Buffer | string> {
    const { runTool, sox } = this.#parts;
    const args = [
      '-V1',
      '-D',
      path,
      '-t',
      'raw',
      '-r',
      '16000',
      '-e',
      'signed-integer',
      '-b',
      '16',
      '-c',
      '1',
      '-',
    ];
    const result = await runTool(sox, [...args, 'pad', '0.2', '0.3'], {
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MOST_SOUND_BYTES,
      signal,
    });
    return result.ok ? withNoise(result.stdout) : `The sound could not be converted (${result.reason})`;
  }

  async #run(
    sound: Buffer,
    grammar: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly text: string } | Extract<Recognized, { ok: false }>> {
    const { runTool, tool } = this.#parts;
    const { model, program } = tool;
    const language = grammar === undefined ? ['-lm', join(model, 'en-us.lm.bin')] : ['-jsgf', grammar];
    const own = ['-hmm', join(model, 'en-us'), '-dict', join(model, 'cmudict-en-us.dict'), ...language];
    const result = await runTool(program, [...own, '-loglevel', 'FATAL', 'single', '-'], {
      stdin: sound,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MOST_ANSWER_BYTES,
      signal,
    });
    if (result.ok) return { ok: true, text: result.stdout.toString('utf8') };
    return { ok: false, message: `pocketsphinx failed (${result.reason})` };
  }

  #known(): Promise<ReadonlySet<string>> {
    this.#words ??= readFile(join(this.#parts.tool.model, 'cmudict-en-us.dict'), 'utf8').then(
      (text) => new Set(text.split('\n').map((line) => line.split(' ')[0] ?? '')),
    );
    return this.#words;
  }
}

/** The same noise for the same sound, so that a sound is always understood alike. */
function withNoise(sound: Buffer): Buffer {
  const noisy = Buffer.from(sound);
  let state = 12_345;
  for (let at = 0; at + 1 < noisy.length; at += 2) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const noise = ((state >>> 16) / 65_536) * 2 * NOISE - NOISE;
    noisy.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(noisy.readInt16LE(at) + noise))), at);
  }
  return noisy;
}

/** Reads what it prints, `{"t": "two pizzas", "w": [{"t": "two", "p": 0.9}, …]}`; silence is in angle brackets. */
function readSaid(text: string): { readonly transcript: string; readonly confidence: number } {
  let parts: readonly unknown[] = [];
  try {
    const line = JSON.parse(text.split('\n')[0] ?? '') as { readonly w?: unknown };
    if (Array.isArray(line.w)) parts = line.w;
  } catch {
    // It has printed nothing: there was nothing in it.
  }
  const words = parts.flatMap((part) => {
    const { t, p } = part as { readonly t?: unknown; readonly p?: unknown };
    if (typeof t !== 'string' || typeof p !== 'number' || /^[<[]/.test(t)) return [];
    // `the(2)`: another way to say it.
    return [{ word: t.replace(/\(\d+\)$/, ''), p }];
  });
  const mean = words.reduce((sum, { p }) => sum + p, 0) / Math.max(1, words.length);
  return { transcript: words.map(({ word }) => word).join(' '), confidence: Math.round(mean * 100) / 100 };
}
