import { rm, stat, writeFile } from 'node:fs/promises';
import type { SoundAsker } from '../../call/sounds.ts';
import { FairTurns, type Shares } from '../../concurrency/fair-turns.ts';
import { WAV_BYTES_PER_MS, WAV_HEADER_BYTES, type MediaStore, type StoredSound } from '../media-store.ts';
import { readHead } from './file-head.ts';
import { hidesItsSamples, isPlayable, kindOf, type KindHint, type SoundKind } from './sound-kind.ts';
import type { RunTool, ToolCommand, ToolResult } from '../tool-process.ts';

export type Converted =
  | { readonly ok: true; readonly sound: StoredSound }
  | { readonly ok: false; readonly message: string };

/** A sound in a file that stays where it is. */
export interface OnDisk {
  readonly path: string;
}

export interface SoundConverterParts {
  readonly sox: ToolCommand;
  readonly store: MediaStore;
  readonly runTool: RunTool;
  readonly shares: Shares;
}

/** 10 minutes; what is longer is refused. */
const LONGEST_SOUND_MS = 600_000;
const CONVERSION_TIMEOUT_MS = 30_000;
/** Messages only; the sound goes into a file. */
const MOST_OUTPUT_BYTES = 65_536;

const ACCEPTED = 'WAV, MP3, Ogg, FLAC, AU and GSM can be played';

interface Conversion {
  readonly body: Buffer | OnDisk;
  readonly head: Buffer;
  readonly kind: SoundKind;
}

/** Converts every sound to what Asterisk plays without codec modules: WAV, 8 kHz, mono, 16 bit. */
export class SoundConverter {
  readonly #parts: SoundConverterParts;
  readonly #turns: FairTurns;

  constructor(parts: SoundConverterParts) {
    this.#parts = parts;
    this.#turns = new FairTurns(parts.shares);
  }

  /** Converts a sound and keeps it under `name`. A failure's message continues a sentence whose subject is the sound. */
  async convert(body: Buffer | OnDisk, hint: KindHint, name: string, asker: SoundAsker): Promise<Converted> {
    // A file that cannot be read is as good as an empty one.
    const head = 'path' in body ? await readHead(body.path).catch(() => Buffer.alloc(0)) : body;
    const kind = kindOf(head, hint);
    if ('notSound' in kind) return refused(`is not a sound: ${kind.notSound} (${ACCEPTED})`);
    const conversion = { body, head, kind: kind.sound };
    const done = await this.#turns.run(asker, () => this.#run(conversion, name, asker.signal));
    return done ?? refused('was stopped');
  }

  async #run({ body, head, kind }: Conversion, name: string, signal: AbortSignal): Promise<Converted> {
    const { store, runTool, sox } = this.#parts;
    const scratch: string[] = [];
    try {
      const target = await store.scratchPath('wav');
      scratch.push(target);
      if (Buffer.isBuffer(body) && isPlayable(body)) await writeFile(target, body);
      else {
        let source: string;
        if ('path' in body) source = body.path;
        else {
          source = await store.scratchPath('in');
          scratch.push(source);
          await writeFile(source, body);
        }
        const result = await runTool(sox, soxArguments(kind, head, source, target), {
          timeoutMs: CONVERSION_TIMEOUT_MS,
          maxOutputBytes: MOST_OUTPUT_BYTES,
          signal,
        });
        if (!result.ok) return refused(whyNot(result, kind));
      }
      const { size: bytes } = await stat(target);
      if (bytes <= WAV_HEADER_BYTES) return refused('has no sound in it');
      if (bytes > WAV_HEADER_BYTES + LONGEST_SOUND_MS * WAV_BYTES_PER_MS)
        return refused('is longer than 10 minutes');
      return { ok: true, sound: await store.add(name, target) };
    } catch (error) {
      // The disk is full, or the folder cannot be written.
      return refused(`could not be kept (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    } finally {
      for (const path of scratch) await rm(path, { force: true });
    }
  }
}

function soxArguments(kind: SoundKind, head: Buffer, source: string, target: string): readonly string[] {
  // No dither (-D): the same sound gives the same bytes, and silence stays silence.
  const ignoreLength = kind === 'wav' && hidesItsSamples(head) ? ['--ignore-length'] : [];
  const rawFormat = kind === 'gsm' ? ['-r', '8000', '-c', '1'] : [];
  const from = [...ignoreLength, ...rawFormat, '-t', kind, source];
  const to = ['-r', '8000', '-c', '1', '-b', '16', '-e', 'signed-integer', '-t', 'wavpcm', target];
  // Limits the work and the file, whatever comes in; the one extra second shows that the sound was too long.
  const limit = ['trim', '0', String(LONGEST_SOUND_MS / 1000 + 1)];
  return ['-V1', '-D', ...from, ...to, ...limit];
}

function whyNot(result: Extract<ToolResult, { ok: false }>, kind: SoundKind): string {
  switch (result.reason) {
    case 'not-started':
      return `cannot be converted: sox could not be started (${result.detail})`;
    case 'timeout':
      return 'took too long to convert';
    case 'aborted':
      return 'was stopped';
    case 'too-much':
    case 'failed':
      return `cannot be decoded as ${kind}`;
  }
}

function refused(message: string): Converted {
  return { ok: false, message };
}
