import type { AudioTrack, StreamRecord } from './stream-record.ts';
import { tracksOf } from './stream-record.ts';

/**
 * The messages of a stream, one JSON object per text message. Every number in them is a string, as Twilio sends it,
 * except those of `mediaFormat`. Source: Twilio, "Media Streams - WebSocket messages".
 */
export type Ids = Pick<StreamRecord, 'sid' | 'accountSid' | 'callSid'>;

export const CONNECTED = JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' });

export function startMessage(
  sequence: number,
  { sid, accountSid, callSid, track }: Ids & Pick<StreamRecord, 'track'>,
  customParameters: Readonly<Record<string, string>>,
): string {
  return JSON.stringify({
    event: 'start',
    sequenceNumber: String(sequence),
    start: {
      accountSid,
      streamSid: sid,
      callSid,
      tracks: tracksOf(track),
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters,
    },
    streamSid: sid,
  });
}

/** `timestamp`: milliseconds of audio up to the end of this frame. Put together by hand: 50 a second and track. */
export function mediaMessage(
  sequence: number,
  { sid }: Pick<Ids, 'sid'>,
  frame: {
    readonly track: AudioTrack;
    readonly chunk: number;
    readonly ms: number;
    readonly payload: string;
  },
): string {
  const { track, chunk, ms, payload } = frame;
  return (
    `{"event":"media","sequenceNumber":"${sequence}","media":{"track":"${track}","chunk":"${chunk}",` +
    `"timestamp":"${ms}","payload":"${payload}"},"streamSid":"${sid}"}`
  );
}

export function dtmfMessage(sequence: number, { sid }: Pick<Ids, 'sid'>, digit: string): string {
  return JSON.stringify({
    event: 'dtmf',
    streamSid: sid,
    sequenceNumber: String(sequence),
    dtmf: { track: 'inbound_track', digit },
  });
}

export function markMessage(sequence: number, { sid }: Pick<Ids, 'sid'>, name: string): string {
  return JSON.stringify({ event: 'mark', sequenceNumber: String(sequence), streamSid: sid, mark: { name } });
}

export function stopMessage(sequence: number, { sid, accountSid, callSid }: Ids): string {
  return JSON.stringify({
    event: 'stop',
    sequenceNumber: String(sequence),
    stop: { accountSid, callSid },
    streamSid: sid,
  });
}

/** What a customer's server says. */
export type ServerMessage =
  | { readonly kind: 'media'; readonly audio: Uint8Array }
  | { readonly kind: 'mark'; readonly name: string }
  | { readonly kind: 'clear' }
  | { readonly kind: 'invalid' /** The rest of a sentence about the message. */; readonly why: string };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const LONGEST_MARK = 1024;

/** Reads a message of the server's to the stream with this sid. What is not asked for in it is ignored. */
export function readServerMessage(text: string, streamSid: string): ServerMessage {
  const message = fieldsOf(parsed(text));
  if (message === undefined) return invalid('is not a JSON object');
  const { event, streamSid: named } = message;
  if (typeof event !== 'string') return invalid('has no event');
  if (named !== undefined && named !== streamSid) return invalid('has the streamSid of another stream');
  switch (event) {
    case 'media':
      return readMedia(fieldsOf(message['media'])?.['payload']);
    case 'mark': {
      const name = fieldsOf(message['mark'])?.['name'];
      if (typeof name !== 'string') return invalid('of the event mark has no mark.name');
      if (name.length > LONGEST_MARK) return invalid(`has a mark.name of over ${LONGEST_MARK} characters`);
      return { kind: 'mark', name };
    }
    case 'clear':
      return { kind: 'clear' };
    default:
      return invalid('has an event other than media, mark and clear');
  }
}

function readMedia(payload: unknown): ServerMessage {
  if (typeof payload !== 'string') return invalid('of the event media has no media.payload');
  if (!BASE64.test(payload)) return invalid('has a media.payload that is not base64');
  return { kind: 'media', audio: Buffer.from(payload, 'base64') };
}

function invalid(why: string): ServerMessage {
  return { kind: 'invalid', why };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** What kind of sound file this is the beginning of; undefined: none that we know. */
export function fileKindOf(audio: Uint8Array): string | undefined {
  const head = Buffer.from(audio.subarray(0, 4)).toString('latin1');
  if (head === 'RIFF') return 'a WAV file';
  if (head.startsWith('ID3')) return 'an MP3 file';
  return head === 'OggS' ? 'an Ogg file' : undefined;
}
