import { AriError } from '../ari/ari-error.ts';
import type { AriConnection } from '../ari/connection.ts';
import type { Log } from '../../concurrency/log.ts';

/** The result of fetching a recording's file. */
export type FetchedRecording =
  | { readonly kind: 'fetched' | 'missing' }
  | { readonly kind: 'away'; readonly why: string };

/** Whether Asterisk keeps a finished recording of this name; true also when it cannot say. */
export function isStored(ari: AriConnection, recordingName: string): Promise<boolean> {
  return ari.run('recordings', 'getStored', { recordingName }).then(
    () => true,
    (error: unknown) => !(error instanceof AriError && error.code === 'gone'),
  );
}

/** The files of finished recordings (in ARI's words, stored recordings), fetched over HTTP because no disk is shared. */
export class StoredRecordings {
  readonly #ari: AriConnection;
  readonly #log: Log;

  constructor(ari: AriConnection, log: Log) {
    this.#ari = ari;
    this.#log = log;
  }

  /** Writes a recording's sound into a new file. Never rejects. */
  async fetch(recordingSid: string, path: string): Promise<FetchedRecording> {
    try {
      await this.#ari.download(`/recordings/stored/${encodeURIComponent(recordingSid)}/file`, path);
      return { kind: 'fetched' };
    } catch (error) {
      if (!(error instanceof AriError) || error.code !== 'gone') return { kind: 'away', why: String(error) };
    }
    // Until its modules are loaded, Asterisk answers 404 to everything.
    return (await this.#isLoaded()) ? { kind: 'missing' } : { kind: 'away', why: 'Asterisk is not ready' };
  }

  /** Deletes a recording in Asterisk. Never rejects. */
  async forget(recordingSid: string): Promise<void> {
    try {
      await this.#ari.run('recordings', 'deleteStored', { recordingName: recordingSid });
    } catch (error) {
      if (error instanceof AriError && error.code === 'gone') return;
      this.#log.warn({ recordingSid, reason: String(error) }, 'a recording stays in Asterisk');
    }
  }

  async #isLoaded(): Promise<boolean> {
    return this.#ari.run('recordings', 'listStored').then(
      () => true,
      () => false,
    );
  }
}
