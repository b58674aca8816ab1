import { recordingUrl } from '../../call/recording/recording-callbacks.ts';
import type { SimulatedRecordings } from '../simulated-switch/recordings.ts';
import { PUBLIC_URL } from './identity.ts';

type Found = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Finds the recordings that documents name by their RecordingUrl, which is not requested over the network. */
export function ownRecording(accountSid: string, recordings: Pick<SimulatedRecordings, 'lengthMs'>) {
  const before = recordingUrl(PUBLIC_URL, { accountSid, sid: '' });
  const sidOf = (url: string) =>
    url.startsWith(before) ? url.slice(before.length).replace(/\.(wav|mp3)$/, '') : undefined;
  return {
    /** In milliseconds; undefined: the URL leads elsewhere, or to a recording that there is not. */
    lengthMs: (url: string): number | undefined => {
      const sid = sidOf(url);
      return sid === undefined ? undefined : recordings.lengthMs(sid);
    },
    find: (url: URL): Promise<Found | undefined> => {
      const sid = sidOf(url.href);
      if (sid === undefined) return Promise.resolve(undefined);
      if (recordings.lengthMs(sid) !== undefined) return Promise.resolve({ ok: true });
      return Promise.resolve({ ok: false, message: 'There is no such recording, or it was removed' });
    },
  };
}
