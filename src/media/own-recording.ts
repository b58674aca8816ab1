import { readFile, stat } from 'node:fs/promises';

/** A recording of ours that a URL names, for an account that may hear it. */
export type OwnRecording =
  | { readonly ok: true; readonly sid: string /** A WAV file. */; readonly path: string }
  /** `message` is a complete sentence. */
  | { readonly ok: false; readonly message: string };

/**
 * Finds the recording of ours that a URL names, so that it need not be fetched over the network. Undefined when it
 * names none, or not one of this account: then it is fetched like any URL. Never throws.
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
