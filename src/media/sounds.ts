import type { Download } from '../call/download.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { SoundAsker, Sounds, SpokenWords } from '../call/sounds.ts';
import { commandEngine } from './speech/command-engine.ts';
import { espeakEngine } from './speech/espeak.ts';
import { httpEngine } from './speech/http-engine.ts';
import type { MediaStore } from './media-store.ts';
import type { PlayableSound } from './sound/playable-sound.ts';
import type { SayEngineSetting } from './speech/say-engine-setting.ts';
import { SoundConverter } from './sound/sound-converter.ts';
import type { FindOwnRecording } from './own-recording.ts';
import { SoundFiles } from './sound/sound-file.ts';
import { Speech } from './speech/speech.ts';
import type { SpeechEngine } from './speech/speech-engine.ts';
import { toolRunner, toolsOfOneAccount, type RunTool, type ToolCommand } from './tool-process.ts';

export interface SoundsParts {
  readonly store: MediaStore;
  readonly sox: ToolCommand;
  readonly espeak: ToolCommand;
  readonly sayEngine: SayEngineSetting;
  /** The environment of a SAY_ENGINE command; other tools get only what their ToolCommand says. */
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly download: Download;
  readonly ownRecording?: FindOwnRecording;
  readonly clock: Clock;
  /** For tests. */
  readonly runTool?: RunTool;
}

/** Makes sounds with the length and the notes that the core's port does not ask for. */
export interface PlayableSounds extends Sounds {
  speak(words: SpokenWords, asker: SoundAsker): Promise<PlayableSound>;
  fetch(url: string, asker: SoundAsker): Promise<PlayableSound>;
}

/** Puts together what makes and fetches sounds. */
export function buildSounds(parts: SoundsParts): PlayableSounds {
  const runTool = parts.runTool ?? toolRunner(parts.clock);
  const converter = (total: number): SoundConverter =>
    new SoundConverter({
      sox: parts.sox,
      store: parts.store,
      runTool,
      shares: { total, perAccount: toolsOfOneAccount(total - 1), reserved: 1 },
    });
  // Two converters, so that a queue of long files does not hold up speech.
  const speech = new Speech({
    engine: engineOf(parts, runTool),
    converter: converter(4),
    store: parts.store,
  });
  const files = new SoundFiles({ ...parts, converter: converter(3) });
  return {
    speak: (words, asker) => speech.speak(words, asker),
    fetch: (url, asker) => files.fetch(url, asker),
  };
}

function engineOf(parts: SoundsParts, runTool: RunTool): SpeechEngine {
  switch (parts.sayEngine.kind) {
    case 'espeak-ng':
      return espeakEngine(parts.espeak, runTool, (ending) => parts.store.scratchPath(ending));
    case 'command':
      return commandEngine({
        words: parts.sayEngine.words,
        env: parts.commandEnv,
        runTool,
        scratchPath: (ending) => parts.store.scratchPath(ending),
      });
    case 'http':
      return httpEngine(parts.sayEngine.url, parts.clock);
  }
}
