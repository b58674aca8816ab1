import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Clock } from '../../concurrency/clock.ts';
import type { SpeechHints, SpeechRecognizer } from '../../call/speech-recognizer.ts';
import type { Pocketsphinx } from './pocketsphinx.ts';
import { readAnswer } from './recognizer-answer.ts';
import { serviceAddress } from './service-address.ts';
import { StreamingRecognizer } from './streaming-recognizer.ts';
import type { RecognizerSetting } from './speech-recognizer-setting.ts';
import type { RunTool } from '../tool-process.ts';
import { FairTurns } from '../../concurrency/fair-turns.ts';

export interface RecognizerParts {
  readonly setting: RecognizerSetting;
  /** Where the setting is `pocketsphinx`. */
  readonly pocketsphinx?: Pick<Pocketsphinx, 'recognize'>;
  /** Where a recording's WAV file is (8 kHz, mono, 16 bit). */
  readonly pathOf: (recordingSid: string) => string;
  /** A command's whole environment, e.g. PATH and HOME. */
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly runTool: RunTool;
  readonly clock: Clock;
}

const TIMEOUT_MS = 60_000;
const MOST_ANSWER_BYTES = 1024 * 1024;
/** How many commands work at once; beyond that, each account may have one. */
const COMMANDS = { total: 5, perAccount: 4, reserved: 1 };

/** SPEECH_RECOGNIZER as the core's port: pocketsphinx, or a command or service of the operator's. */
export function speechRecognizer(parts: RecognizerParts): SpeechRecognizer {
  return parts.setting.kind === 'ws'
    ? byStreaming(parts, parts.setting.url)
    : byRecording(parts, parts.setting);
}

function byStreaming({ clock, pathOf }: RecognizerParts, url: string): SpeechRecognizer {
  const streaming = new StreamingRecognizer(url, clock);
  return {
    recognize: ({ sid, accountSid }, hints, signal) =>
      streaming.recognize(pathOf(sid), { accountSid, hints }, signal),
    listen: (order, listener) => streaming.listen(order, listener),
  };
}

function byRecording(
  parts: RecognizerParts,
  setting: Exclude<RecognizerSetting, { kind: 'ws' }>,
): SpeechRecognizer {
  const turns = new FairTurns(COMMANDS);
  return {
    async recognize({ sid, accountSid }, hints, signal) {
      const path = parts.pathOf(sid);
      const { pocketsphinx } = parts;
      const asker = { accountSid, signal };
      try {
        if (setting.kind === 'pocketsphinx') {
          const heard = await turns.run(asker, async () => pocketsphinx?.recognize(path, hints, signal));
          return heard ?? { ok: false, message: 'The speech recognizer was stopped' };
        }
        const answer =
          setting.kind === 'http'
            ? await askService(setting.url, path, hints, parts.clock, signal)
            : await turns.run(asker, () => runCommand(setting.words, path, hints, parts, signal));
        if (answer === undefined) return { ok: false, message: 'The speech recognizer was stopped' };
        return typeof answer === 'string' ? { ok: false, message: answer } : readAnswer(answer.text);
      } catch (error) {
        return { ok: false, message: `The speech recognizer could not be reached (${reasonOf(error)})` };
      }
    },
  };
}

/** What is known of what is said, by the names that it has for a recognizer. */
export function inWords(hints: SpeechHints): Readonly<Record<string, string>> {
  const given = Object.entries(hints).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** The answer's text, or a sentence that says why there is none. */
type Answer = { readonly text: string } | string;

async function runCommand(
  words: readonly string[],
  path: string,
  hints: SpeechHints,
  { commandEnv, runTool }: RecognizerParts,
  signal: AbortSignal,
): Promise<Answer> {
  const [command = '', ...args] = words;
  const values: Readonly<Record<string, string>> = { input: path, ...inWords(hints) };
  const filled = args.map((word) => word.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''));
  const readsFile = args.some((word) => word.includes('{input}'));
  const result = await runTool({ command, args: [], env: commandEnv }, filled, {
    ...(readsFile ? {} : { stdin: await readFile(path) }),
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MOST_ANSWER_BYTES,
    signal,
  });
  if (result.ok) return { text: result.stdout.toString('utf8') };
  return `The speech recognizer ${command} failed (${result.reason})`;
}

async function askService(
  service: string,
  path: string,
  hints: SpeechHints,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  const { address: url, headers } = serviceAddress(service);
  for (const [name, value] of Object.entries(inWords(hints))) url.searchParams.set(name, value);
  const late = new AbortController();
  const cancelTimer = clock.after(TIMEOUT_MS, () => late.abort());
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'audio/wav',
        'Content-Length': String((await stat(path)).size),
        Accept: 'application/json',
        ...headers,
      },
      body: Readable.toWeb(createReadStream(path)) as ReadableStream,
      duplex: 'half',
      signal: AbortSignal.any([signal, late.signal]),
    } as RequestInit);
    if (response.ok) return { text: await limitedText(response) };
    await response.body?.cancel();
    return `The speech recognizer answered ${response.status}`;
  } finally {
    cancelTimer();
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > MOST_ANSWER_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** fetch hides the cause of every failure one level down. */
function reasonOf(error: unknown): string {
  const known = error as NodeJS.ErrnoException & { readonly cause?: NodeJS.ErrnoException };
  return known.cause?.code ?? known.code ?? 'no answer';
}
