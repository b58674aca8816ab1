import { readFile, stat } from 'node:fs/promises';

/** A recording of ours that a URL names, for an account that may hear it. */
export type OwnRecording =
  | { readonly ok: true; readonly sid: string /** A WAV file. */; readonly path: string }
  /** `message` is a sentence of its own. */
  | { readonly ok: false; readonly message: string };

/**
 * Tells whether this URL is that of a recording of ours, which nobody need ask the network for. Undefined: it is
 * none, or not this account's: then it is fetched as it stands. Never throws.
 */
export type FindOwnRecording = (url: URL, accountSid: string) => Promise<OwnRecording | undefined>;

/** The file's bytes, or why there are none. */
export async function readOwnRecording(path: string, mostBytes: number): Promise<Buffer | string> {
  try {
    const { size } = await stat(path);
    return size > mostBytes ? 'The recording is too long to be played' : await readFile(path);
  } catch (error) {
    return `The recording cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
  }
}
