import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { RecordingEvent, RecordingRecord } from '../../call/recording/recording-record.ts';
import { API_ERRORS } from '../errors.ts';
import { httpMethod, httpUrl, oneOf, optional, required, wordsOf } from '../parameters.ts';

export const RECORDING_EVENTS: readonly RecordingEvent[] = ['in-progress', 'completed', 'absent'];

/** How something is recorded, and who is told of it; `POST P/Calls` has the same parameters. */
export const RECORDING_PARAMETERS = {
  RecordingChannels: optional(oneOf(['mono', 'dual'])),
  RecordingTrack: optional(oneOf(['inbound', 'outbound', 'both'])),
  Trim: optional(oneOf(['trim-silence', 'do-not-trim'])),
  RecordingStatusCallback: optional(httpUrl()),
  RecordingStatusCallbackMethod: optional(httpMethod()),
  RecordingStatusCallbackEvent: wordsOf(RECORDING_EVENTS),
} as const;

/** `POST P/Calls/{sid}/Recordings`. */
export const newRecordingSchema = z.object(RECORDING_PARAMETERS);

export type NewRecordingForm = z.output<typeof newRecordingSchema>;

/** `POST P/Calls/{sid}/Recordings/{sid}` and `POST P/Conferences/{sid}/Recordings/{sid}`. */
export const changedRecordingSchema = z.object({
  Status: required(API_ERRORS.badRequest, oneOf(['paused', 'in-progress', 'stopped'])),
  PauseBehavior: optional(oneOf(['silence', 'skip'])),
});

export type ChangedRecordingForm = z.output<typeof changedRecordingSchema>;

/** A single side has one channel, whatever was asked for. */
export function termsOf(
  given: NewRecordingForm,
): Pick<RecordingRecord, 'channels' | 'trimSilence'> &
  Partial<Pick<RecordingRecord, 'track' | 'statusCallback'>> {
  const { RecordingTrack: track, RecordingStatusCallback: url, RecordingStatusCallbackEvent: events } = given;
  const isOneSide = track === 'inbound' || track === 'outbound';
  return compact({
    channels: given.RecordingChannels === 'dual' && !isOneSide ? 2 : 1,
    track: isOneSide ? track : undefined,
    trimSilence: given.Trim === 'trim-silence',
    ...(url === undefined
      ? {}
      : {
          statusCallback: {
            url,
            method: given.RecordingStatusCallbackMethod ?? 'POST',
            events: events.length === 0 ? (['completed'] as const) : events,
          },
        }),
  });
}
