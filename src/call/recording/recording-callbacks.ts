import { compact } from '../compact.ts';
import { rfc2822 } from '../dates.ts';
import { API_VERSION, present } from '../leg/parameters.ts';
import type { NewCallback, NewCallEvent } from '../journal-store.ts';
import type { Parameters } from '../request-parameters.ts';
import {
  type RecordingEvent,
  type RecordingRecord,
  type RecordingStatus,
  trackOf,
} from './recording-record.ts';
import { newSid } from '../sids.ts';

/** The URL of a recording's sound, known before the sound is there: the WAV, and with `.mp3` appended the MP3. */
export function recordingUrl(
  publicUrl: string,
  { accountSid, sid }: Pick<RecordingRecord, 'accountSid' | 'sid'>,
): string {
  return `${publicUrl}/${API_VERSION}/Accounts/${accountSid}/Recordings/${sid}`;
}

/** The callback that a recording's new state owes; undefined when nobody asked for it. */
export function recordingCallback(
  record: RecordingRecord,
  publicUrl: string,
  at: number,
): NewCallback | undefined {
  const { statusCallback, accountSid, callSid, status } = record;
  if (statusCallback === undefined || !isTold(status) || !statusCallback.events.includes(status))
    return undefined;
  const { url, method } = statusCallback;
  const parameters = present([
    ['AccountSid', accountSid],
    ['CallSid', callSid],
    ['ConferenceSid', record.conferenceSid],
    ['RecordingSid', record.sid],
    ['RecordingUrl', status === 'absent' ? undefined : recordingUrl(publicUrl, record)],
    ['RecordingStatus', status],
    ['RecordingDuration', record.duration === undefined ? undefined : String(record.duration)],
    ['RecordingChannels', String(record.channels)],
    ['RecordingTrack', trackOf(record)],
    ['RecordingSource', record.source],
    ['RecordingStartTime', rfc2822(record.startTime)],
  ]);
  return { sid: newSid('CB'), accountSid, callSid, url, method, parameters, createdAt: at };
}

/** The callback that tells what was said in a recording, or that it could not be transcribed; undefined when nobody asked. */
export function transcriptionCallback(
  record: RecordingRecord,
  publicUrl: string,
  result: { readonly transcript?: string; readonly confidence?: number },
  at: number,
): NewCallback | undefined {
  const { transcription, accountSid, callSid } = record;
  if (transcription === undefined) return undefined;
  const own: Parameters = present([
    ['TranscriptionStatus', result.transcript === undefined ? 'failed' : 'completed'],
    ['TranscriptionText', result.transcript],
    ['Confidence', result.confidence === undefined ? undefined : String(result.confidence)],
    ['RecordingSid', record.sid],
    ['RecordingUrl', recordingUrl(publicUrl, record)],
  ]);
  return {
    sid: newSid('CB'),
    accountSid,
    callSid,
    url: transcription.url,
    method: 'POST',
    parameters: [...transcription.parameters, ...own],
    createdAt: at,
  };
}

/** The line that a recording's new state adds to the call's timeline. */
export function recordingEvent(record: RecordingRecord, at: number): NewCallEvent {
  const { accountSid, callSid, sid, status, duration } = record;
  const data = compact({ recordingSid: sid, status, duration });
  return { accountSid, callSid, at, kind: 'recording', data };
}

function isTold(status: RecordingStatus): status is RecordingEvent {
  return status !== 'paused' && status !== 'stopped';
}
