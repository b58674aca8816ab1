import { readFile, rm } from 'node:fs/promises';
import { elementsOf } from './espeak-markup.ts';
import { engineFailure } from './espeak.ts';
import {
  MOST_SPEECH_BYTES,
  plainChoice,
  SPEECH_TIMEOUT_MS,
  type SpeechEngine,
  type Spoken,
} from './speech-engine.ts';
import { type RunTool, type ToolCommand, toolsOfOneAccount } from '../tool-process.ts';

export interface CommandEngineParts {
  /** Words with `{voice}`, `{language}` and `{output}`; the first is the program. */
  readonly words: readonly string[];
  /** The command's whole environment, e.g. PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
  readonly runTool: RunTool;
  /** A new path for a temporary file. */
  readonly scratchPath: (ending: string) => Promise<string>;
}

/**
 * A command of the operator's: the text on its standard input (UTF-8), the sound in the file `{output}` or,
 * without that word, on its standard output. No shell is involved.
 */
export function commandEngine(parts: CommandEngineParts): SpeechEngine {
  const [program = '', ...args] = parts.words;
  const tool: ToolCommand = { command: program, args: [], env: parts.env };
  const writesFile = args.some((word) => word.includes('{output}'));
  return {
    id: JSON.stringify(parts.words),
    atOnce: 4,
    perAccount: toolsOfOneAccount(3),
    choose: (voice, language) => Promise.resolve(plainChoice(voice, language)),
    unrendered: elementsOf,
    async speak({ text }, choice, signal): Promise<Spoken> {
      const output = await parts.scratchPath('out');
      const filled = args.map((word) =>
        fill(word, { voice: choice.voice, language: choice.language, output }),
      );
      try {
        const result = await parts.runTool(tool, filled, {
          stdin: text,
          timeoutMs: SPEECH_TIMEOUT_MS,
          maxOutputBytes: MOST_SPEECH_BYTES,
          signal,
        });
        if (!result.ok) return { ok: false, message: engineFailure(program, result) };
        const body = writesFile ? await readFile(output) : result.stdout;
        return { ok: true, body, contentType: '' };
      } catch {
        return { ok: false, message: `cannot speak: ${program} wrote no file` };
      } finally {
        await rm(output, { force: true });
      }
    },
  };
}

/** One pass, so that a value that looks like a placeholder stays as it is. */
function fill(word: string, values: Readonly<Record<'voice' | 'language' | 'output', string>>): string {
  return word.replace(/\{(voice|language|output)\}/g, (_, name: keyof typeof values) => values[name]);
}
