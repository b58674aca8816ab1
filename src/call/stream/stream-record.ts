import type { HttpMethod } from '../http-method.ts';

/** Which side of a leg is streamed: `inbound` is what its party says, `outbound` what it hears. */
export type AudioTrack = 'inbound' | 'outbound';

/** The `track` of a Stream, in Twilio's words. */
export const STREAM_TRACKS = ['inbound_track', 'outbound_track', 'both_tracks'] as const;
export type StreamTrack = (typeof STREAM_TRACKS)[number];

/** What a stream's status callback tells, in the order in which it can happen. */
export type StreamEvent = 'stream-started' | 'stream-error' | 'stream-stopped';

/**
 * Why a stream failed, or what its server sent that could not be used. The numbers are Twilio's where Twilio has one for
 * the same mistake, and ours from 31940 on.
 */
export const STREAM_ERRORS = {
  /** The server did not answer in time. */
  timeout: 31901,
  /** The server could not be reached: refused, not allowed, no such host, no valid certificate. */
  unreachable: 31902,
  /** The server answered the handshake with another status than 101. */
  handshake: 31920,
  /** The connection ended in a way that nobody asked for. */
  closed: 31921,
  invalidUrl: 31922,
  malformedUrl: 31923,
  /** A message of the server's that cannot be used. */
  message: 31924,
  unknownStream: 31940,
  track: 31941,
  /** Asterisk cannot carry the stream, or could not begin to. */
  notCarried: 31942,
  nameTaken: 31943,
  limit: 31944,
} as const;

/** What went wrong with a stream. `message` is a whole sentence for the application's author. */
export interface StreamError {
  readonly code: number;
  readonly message: string;
}

/** A stream as REST shows it and its callbacks need it. */
export interface StreamRecord {
  /** `MZ` + 32 hex. */
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly name?: string;
  readonly status: 'in-progress' | 'stopped';
  /** `bidirectional`: the leg talks with the server (Connect); else the server only listens (Start). */
  readonly direction: 'unidirectional' | 'bidirectional';
  readonly track: StreamTrack;
  /** Without user, password and query. */
  readonly url: string;
  readonly statusCallback?: { readonly url: string; readonly method: HttpMethod };
  /** The SequenceNumber of its next status callback. */
  readonly nextSequence: number;
  /** Of `STREAM_ERRORS`, when it failed. */
  readonly errorCode?: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** The tracks that a stream sends, in the order in which its `start` message names them. */
export function tracksOf(track: StreamTrack): readonly AudioTrack[] {
  if (track === 'both_tracks') return ['inbound', 'outbound'];
  return [track === 'inbound_track' ? 'inbound' : 'outbound'];
}
