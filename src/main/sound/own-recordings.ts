import { soundOf } from '../../api/recordings/sounds.ts';
import type { RecordingRepository } from '../../records/recording-repository.ts';
import type { AccountRepository } from '../../records/repositories.ts';
import type { Config } from '../../config.ts';
import type { FindOwnRecording, OwnRecording } from '../../media/own-recording.ts';
import { ownApiPath } from '../own-urls.ts';

export interface OwnRecordingsParts {
  readonly config: Config;
  readonly accounts: Pick<AccountRepository, 'isWithin'>;
  readonly recordings: Pick<RecordingRepository, 'find'>;
  /** Where the WAV file of a recording is. */
  readonly pathOf: (recordingSid: string) => string;
}

/**
 * Finds the recordings that documents name by their RecordingUrl: for the account that owns one and for those above
 * it, as over REST. Another account's is requested over the network like any URL, and refused there.
 */
export function findOwnRecording(parts: OwnRecordingsParts): FindOwnRecording {
  return async (url, accountSid) => {
    const path = ownApiPath(url, parts.config);
    const named = path === undefined ? undefined : soundOf(path);
    if (named === undefined) return undefined;
    try {
      if (!(await parts.accounts.isWithin(accountSid, named.accountSid))) return undefined;
      return await find(named, parts);
    } catch {
      return { ok: false, message: 'The database cannot say now where the recording is' };
    }
  };
}

async function find(
  { accountSid, sid }: { readonly accountSid: string; readonly sid: string },
  { recordings, pathOf }: OwnRecordingsParts,
): Promise<OwnRecording> {
  const record = await recordings.find(accountSid, sid);
  switch (record?.status) {
    case 'completed':
      return { ok: true, sid, path: pathOf(sid) };
    case 'in-progress':
    case 'paused':
    case 'stopped':
      return { ok: false, message: 'The recording is not finished yet' };
    case 'absent':
      return { ok: false, message: 'There is nothing in the recording' };
    case undefined:
      return { ok: false, message: 'There is no such recording, or it was removed' };
  }
}
