import { compact } from '../../call/compact.ts';
import type { AriConnection } from '../../asterisk/ari/connection.ts';
import { StoredRecordings } from '../../asterisk/legs/stored-recordings.ts';
import { RecordingLifecycle } from '../../call/recording/recording-lifecycle.ts';
import type { LiveCalls } from '../../call/leg/live-calls.ts';
import type { RunningRecordings } from '../../call/recording/running-recordings.ts';
import type { SpeechRecognizer } from '../../call/speech-recognizer.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import { RecordingFolder } from '../../media/recording-folder.ts';
import { Pocketsphinx, type PocketsphinxParts } from '../../media/speech/pocketsphinx.ts';
import { speechRecognizer } from '../../media/speech/speech-recognizer.ts';
import { parseSpeechRecognizer } from '../../media/speech/speech-recognizer-setting.ts';
import { toolRunner } from '../../media/tool-process.ts';
import { recordingsInHand } from '../../rcml/run/saved-position.ts';
import { pocketsphinxTool, type ToolCommand } from '../../bundled-asterisk/debian/tools.ts';
import type { NonFinalLeg } from '../../store/non-final-legs.ts';
import type { Store } from '../../store/store.ts';
import type { LegworkOptions } from '../legwork-options.ts';
import type { Undo } from '../undo.ts';

/** What verbs record with. */
export interface RecordingMachinery {
  readonly recordings: RecordingLifecycle;
  readonly recordingFiles: RecordingFolder;
  readonly recognizer?: SpeechRecognizer;
}

/** Opens the folder of recordings, and SPEECH_RECOGNIZER if it is set. @throws when that setting is wrong */
export async function openRecordings(
  options: LegworkOptions,
  world: {
    readonly ari: AriConnection;
    readonly store: Store;
    readonly sox: ToolCommand;
    /** Where several processes share the folder: one of this name for what is not finished. */
    readonly workFolder?: string;
  },
  undo: Undo,
): Promise<RecordingMachinery> {
  const { config, clock, log } = options;
  const runTool = toolRunner(clock);
  const source = new StoredRecordings(world.ari, log);
  const dir = config.recordingsDir;
  const { sox, workFolder } = world;
  const recordingFiles = await RecordingFolder.open(compact({ dir, source, sox, runTool, workFolder }));
  const setting = config.speechRecognizer;
  const parsed = setting === undefined ? undefined : parseSpeechRecognizer(setting);
  if (typeof parsed === 'string') throw new Error(parsed);
  const pathOf = (sid: string) => recordingFiles.pathOf(sid, 'wav');
  const recognizer =
    parsed === undefined
      ? {}
      : {
          recognizer: speechRecognizer({
            setting: parsed,
            ...(parsed.kind === 'pocketsphinx'
              ? { pocketsphinx: await openPocketsphinx(options, { sox, runTool }) }
              : {}),
            pathOf,
            commandEnv: config.commandEnv,
            runTool,
            clock,
          }),
        };
  const recordings = new RecordingLifecycle({
    store: world.store.journal,
    files: recordingFiles,
    ...recognizer,
    clock,
    publicUrl: config.publicUrl,
    onTrouble: (recordingSid, trouble) => log.warn({ recordingSid, trouble }, 'A recording has a problem'),
  });
  undo.add(() => recordings.stop());
  return { recordings, recordingFiles, ...recognizer };
}

/**
 * Goes on with the recordings that a former process left unfinished, or finishes them, except those that a resumed verb
 * works on.
 */
export function goOnRecording(
  {
    recordings,
    runningRecordings,
    calls,
  }: {
    readonly recordings: RecordingLifecycle;
    readonly runningRecordings: Pick<RunningRecordings, 'adopt'>;
    readonly calls: Pick<LiveCalls, 'get'>;
  },
  unfinished: readonly RecordingRecord[],
  resumed: readonly Pick<NonFinalLeg, 'position'>[],
): void {
  const inHand = new Set(resumed.flatMap(({ position }) => recordingsInHand(position)));
  const isInHand = ({ sid }: RecordingRecord) => inHand.has(sid);
  const others = runningRecordings.adopt(unfinished, (callSid) => calls.get(callSid), isInHand);
  recordings.finishLeftBehind(others, isInHand);
}

/** Fetches it from Debian the first time. @throws SetupError */
async function openPocketsphinx(
  options: Pick<LegworkOptions, 'config' | 'clock' | 'progress'>,
  tools: Omit<PocketsphinxParts, 'tool'>,
): Promise<Pocketsphinx> {
  const { config, clock } = options;
  const { cacheFolder } = config;
  const progress = (line: string) => options.progress(line);
  const tool = await pocketsphinxTool({ cacheFolder, clock, progress });
  return new Pocketsphinx({ ...tools, tool });
}
