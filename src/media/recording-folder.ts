import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  FinishedRecording,
  KeptRecording,
  OwnedRecording,
  RecordingFiles,
  SoundFormat,
} from '../call/recording/recording-files.ts';
import { recordingParts } from '../call/recording/recording-parts.ts';
import { SingleFlight } from '../concurrency/single-flight.ts';
import { toolsOfOneAccount, type RunTool, type ToolCommand } from './tool-process.ts';
import { FairTurns } from '../concurrency/fair-turns.ts';
import { measureWav } from './sound/wav-loudness.ts';

/** Where finished recordings come from: Asterisk. */
export interface RecordingSource {
  /** Writes the sound into a file of ours. `missing`: there is none of this name. */
  fetch(
    recordingSid: string,
    path: string,
  ): Promise<{ readonly kind: 'fetched' | 'missing' } | { readonly kind: 'away'; readonly why: string }>;
  /** Deletes it there. A failure is only logged: nobody tries again. */
  forget(recordingSid: string): Promise<void>;
}

export interface RecordingFolderParts {
  /** DATA_DIR/recordings. */
  readonly dir: string;
  readonly source: RecordingSource;
  readonly sox: ToolCommand;
  readonly runTool: RunTool;
  /** The folder in it for what is not finished yet, where several processes share it: `work` and a name. */
  readonly workFolder?: string;
}

const WORK = 'work';
/** Less than this is a click, not a recording. */
const SHORTEST_SOUND_MS = 60;
/** Enough for four hours of sound on a busy machine. */
const CONVERSION_TIMEOUT_MS = 600_000;
const MOST_OUTPUT_BYTES = 65_536;
/** How many tools work at once in each queue; beyond that, each account may have one. */
const SHARES = { total: 3, perAccount: toolsOfOneAccount(2), reserved: 1 };
/** Cuts silence off the beginning and reverses the sound: done twice, it cuts both ends. */
const CUT = ['silence', '1', '0.05', '0.5%', 'reverse'] as const;
const TRIM: readonly string[] = [...CUT, ...CUT];

/** The sound of recordings: `<RE sid>.wav` in one folder, and an MP3 of those that were asked for as one. */
export class RecordingFolder implements RecordingFiles {
  readonly #parts: RecordingFolderParts;
  readonly #keeping = new SingleFlight<KeptRecording>();
  readonly #converting = new SingleFlight<boolean>();
  // Two queues, so that MP3s of long recordings do not hold up actions, which wait until a recording is kept.
  readonly #finishing = new FairTurns(SHARES);
  readonly #mp3s = new FairTurns(SHARES);

  /** Opens the folder, makes it if need be, and removes what a crash left: half-written files, and speech for Gather. */
  static async open(parts: RecordingFolderParts): Promise<RecordingFolder> {
    const work = join(parts.dir, parts.workFolder ?? WORK);
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    for (const name of await readdir(parts.dir)) {
      if (/^(RE[0-9a-f]{32}(\.mixed)?\.(wav|mp3)|work(-[a-z0-9-]+)?)$/.test(name)) continue;
      await rm(join(parts.dir, name), { recursive: true, force: true });
    }
    return new RecordingFolder(parts);
  }

  private constructor(parts: RecordingFolderParts) {
    this.#parts = parts;
  }

  async keep(recording: FinishedRecording): Promise<KeptRecording> {
    const never = new AbortController().signal;
    const kept = await this.#keeping.run(recording.sid, never, async () => {
      try {
        return await this.#keep(recording);
      } catch (error) {
        // The disk is full, or the folder cannot be written: Asterisk still has it.
        return { kind: 'away', why: `cannot be kept (${codeOf(error)})` } as const;
      }
    });
    return kept ?? { kind: 'away', why: 'was stopped' };
  }

  async remove(sid: string, { channels = 1 }: { readonly channels?: 1 | 2 } = {}): Promise<void> {
    await this.#forget(sid, channels);
    for (const name of [sid, `${sid}.mixed`]) {
      for (const format of ['wav', 'mp3'] as const) await rm(this.pathOf(name, format), { force: true });
    }
  }

  /** Opens the sound for reading; the caller closes it. Undefined when there is none. `mixed`: its channels in one. */
  async open(
    recording: OwnedRecording,
    format: SoundFormat,
    mixed?: 'mixed',
  ): Promise<{ readonly file: FileHandle; readonly bytes: number } | undefined> {
    const name = mixed === undefined ? recording.sid : `${recording.sid}.${mixed}`;
    if (!(await this.#has(recording, name, format))) return undefined;
    try {
      const file = await open(this.pathOf(name, format));
      return { file, bytes: (await file.stat()).size };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  pathOf(sid: string, format: SoundFormat): string {
    return recordingPath(this.#parts.dir, sid, format);
  }

  async #keep(recording: FinishedRecording): Promise<KeptRecording> {
    const { sid, trimSilence, channels = 1, silences = [] } = recording;
    const target = this.pathOf(sid, 'wav');
    const before = await measure(target);
    if (before !== undefined) {
      await this.#forget(sid, channels);
      return { kind: 'kept', durationMs: before.durationMs };
    }
    const scratch = this.#scratch('wav');
    try {
      const fetched = await (channels === 1
        ? this.#parts.source.fetch(sid, scratch)
        : this.#fetchBothSides(recording, scratch));
      if (fetched.kind === 'away') return fetched;
      if (fetched.kind === 'missing') return { kind: 'missing', why: 'Asterisk has no file of this name' };
      const content = await measure(scratch);
      if (content === undefined) return { kind: 'missing', why: 'Asterisk made no WAV file' };
      // It stays in Asterisk: whoever asks again, after a crash, must get the same answer.
      if (content.soundMs < SHORTEST_SOUND_MS) return { kind: 'silent' };
      const padded =
        silences.length > 0
          ? await this.#inPlace(recording, scratch, padding(silences, content.durationMs))
          : undefined;
      const trimmed = trimSilence ? await this.#inPlace(recording, scratch, TRIM) : undefined;
      const durationMs = trimmed ?? padded;
      await rename(scratch, target);
      await this.#forget(sid, channels);
      return { kind: 'kept', durationMs: durationMs ?? content.durationMs };
    } finally {
      await rm(scratch, { force: true });
    }
  }

  /** Fetches the two files of a recording and merges them, left and right. */
  async #fetchBothSides(recording: OwnedRecording, target: string): ReturnType<RecordingSource['fetch']> {
    const { sid } = recording;
    const sides = [this.#scratch('wav'), this.#scratch('wav')];
    try {
      for (const [index, { name }] of recordingParts({ recordingSid: sid, channels: 2 }).entries()) {
        const fetched = await this.#parts.source.fetch(name, sides[index] ?? '');
        if (fetched.kind !== 'fetched') return fetched;
      }
      if (await this.#sox(this.#finishing, recording, ['--combine', 'merge', ...sides, target]))
        return { kind: 'fetched' };
      return { kind: 'away', why: 'its two sides could not be put together' };
    } finally {
      for (const side of sides) await rm(side, { force: true });
    }
  }

  async #forget(sid: string, channels: 1 | 2): Promise<void> {
    for (const { name } of recordingParts({ recordingSid: sid, channels })) {
      await this.#parts.source.forget(name);
    }
  }

  /** Applies an effect to the file, and gives its new length; undefined when sox could not, then the sound stays as it is. */
  async #inPlace(
    recording: OwnedRecording,
    path: string,
    effect: readonly string[],
  ): Promise<number | undefined> {
    const changed = this.#scratch('wav');
    try {
      if (!(await this.#sox(this.#finishing, recording, [path, changed, ...effect]))) return undefined;
      const content = await measure(changed);
      if (content === undefined || content.durationMs === 0) return undefined;
      await rename(changed, path);
      return content.durationMs;
    } finally {
      await rm(changed, { force: true });
    }
  }

  /** Whether the sound is there in this form, which is made if need be. */
  async #has(recording: OwnedRecording, name: string, format: SoundFormat): Promise<boolean> {
    const { sid } = recording;
    const original = this.pathOf(sid, 'wav');
    const target = this.pathOf(name, format);
    // The original is only opened: there may be none.
    if (target === original || (await exists(target))) return true;
    if (!(await exists(original))) return false;
    const never = new AbortController().signal;
    const made = await this.#converting.run(`${name}.${format}`, never, async () => {
      const scratch = this.#scratch(format);
      try {
        const way = format === 'mp3' ? ['-C', '32'] : [];
        const mix = name === sid ? [] : ['remix', '-'];
        if (!(await this.#sox(this.#mp3s, recording, [original, ...way, scratch, ...mix]))) return false;
        await rename(scratch, target);
        return true;
      } finally {
        await rm(scratch, { force: true });
      }
    });
    return made === true;
  }

  async #sox(turns: FairTurns, { accountSid }: OwnedRecording, args: readonly string[]): Promise<boolean> {
    const { runTool, sox } = this.#parts;
    const { signal } = new AbortController();
    const run = { timeoutMs: CONVERSION_TIMEOUT_MS, maxOutputBytes: MOST_OUTPUT_BYTES, signal };
    // A crash of Asterisk leaves a file without a length in its header.
    const done = await turns.run({ accountSid, signal }, () =>
      runTool(sox, ['-V1', '-D', '--ignore-length', ...args], run),
    );
    return done?.ok === true;
  }

  #scratch(ending: string): string {
    return join(this.#parts.dir, this.#parts.workFolder ?? WORK, `${randomUUID()}.${ending}`);
  }
}

/** sox's effect that puts silence in: what belongs behind the end in one piece, because sox knows no place there. */
function padding(
  silences: NonNullable<FinishedRecording['silences']>,
  durationMs: number,
): readonly string[] {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const within = silences.filter(({ atMs }) => atMs < durationMs);
  const behind = silences.filter(({ atMs }) => atMs >= durationMs);
  const places = within.map(({ atMs, lengthMs }) => `${seconds(lengthMs)}@${seconds(atMs)}`);
  const behindMs = behind.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  return ['pad', '0', ...places, seconds(behindMs)];
}

/** Where the sound of a recording is in the folder of recordings. */
export function recordingPath(dir: string, sid: string, format: SoundFormat): string {
  return join(dir, `${sid}.${format}`);
}

async function measure(path: string) {
  return (await exists(path)) ? measureWav(path) : undefined;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
