import { rm } from 'node:fs/promises';
import { espeakMarkup } from './espeak-markup.ts';
import { chooseEspeakVoice, parseEspeakVoices, type EspeakVoices } from './espeak-voices.ts';
import { SPEECH_TIMEOUT_MS, type SpeechEngine, type Spoken } from './speech-engine.ts';
import { type RunTool, type ToolCommand, type ToolResult, toolsOfOneAccount } from '../tool-process.ts';

const MOST_LIST_BYTES = 1024 * 1024;

/**
 * espeak-ng: small, quick, 100 languages, no network. It writes its sound, some megabytes a minute, into a file, so
 * that none of it goes through this process. `scratchPath`: a new path for a temporary file.
 */
export function espeakEngine(
  tool: ToolCommand,
  runTool: RunTool,
  scratchPath: (ending: string) => Promise<string>,
): SpeechEngine {
  let voices: Promise<EspeakVoices | string> | undefined;
  return {
    id: 'espeak-ng',
    atOnce: 4,
    perAccount: toolsOfOneAccount(3),
    async choose(voice, language) {
      voices ??= loadVoices(tool, runTool);
      const loaded = await voices;
      if (typeof loaded !== 'string') return chooseEspeakVoice(loaded, voice, language);
      // A failure is not remembered: what was missing may be there the next time.
      voices = undefined;
      return { ok: false, message: loaded };
    },
    unrendered: (ssml) => espeakMarkup(ssml).unknown,
    async speak({ text, ssml }, choice, signal): Promise<Spoken> {
      const path = await scratchPath('wav');
      const own = ['-v', choice.voice, '-b', '1', '--stdin', '-w', path];
      const args = ssml === undefined ? own : [...own, '-m'];
      const result = await runTool(tool, args, {
        // Doubled brackets would be taken for phonemes.
        stdin: (ssml === undefined ? text : espeakMarkup(ssml).ssml).replaceAll('[[', '[ ['),
        timeoutMs: SPEECH_TIMEOUT_MS,
        maxOutputBytes: MOST_LIST_BYTES,
        signal,
      });
      if (result.ok) return { ok: true, body: { path }, contentType: 'audio/wav' };
      await rm(path, { force: true });
      return { ok: false, message: engineFailure('espeak-ng', result) };
    },
  };
}

/** Why an engine that is a program gave no sound. */
export function engineFailure(name: string, result: Extract<ToolResult, { ok: false }>): string {
  switch (result.reason) {
    case 'not-started':
      return `cannot speak: ${name} could not be started (${result.detail})`;
    case 'timeout':
      return `cannot speak: ${name} took longer than ${SPEECH_TIMEOUT_MS / 1000} s`;
    case 'too-much':
      return `cannot speak: ${name} made more sound than can be played`;
    case 'aborted':
      return 'was stopped';
    case 'failed':
      return `cannot speak: ${name} failed (${result.detail.trim().split('\n').at(-1) ?? ''})`;
  }
}

/** Loads them for all calls: it ends by its time limit, not by one call's signal. */
async function loadVoices(tool: ToolCommand, runTool: RunTool): Promise<EspeakVoices | string> {
  const list = (what: string): Promise<ToolResult> =>
    runTool(tool, [what], {
      timeoutMs: SPEECH_TIMEOUT_MS,
      maxOutputBytes: MOST_LIST_BYTES,
      signal: new AbortController().signal,
    });
  const [voices, variants] = await Promise.all([list('--voices'), list('--voices=variant')]);
  if (!voices.ok) return engineFailure('espeak-ng', voices);
  if (!variants.ok) return engineFailure('espeak-ng', variants);
  return parseEspeakVoices(voices.stdout.toString(), variants.stdout.toString());
}
