import type { Clock } from '../../concurrency/clock.ts';
import { Complaints } from './complaints.ts';
import { FRAME_MS, type LegTalk, type TalkListener } from './leg-audio.ts';
import type { MediaTicker, Tick } from './media-ticker.ts';
import { OutgoingMessages, type SentCounts } from './outgoing-messages.ts';
import { Playout } from './playout.ts';
import { fileKindOf, readServerMessage } from './stream-messages.ts';
import {
  type AudioTrack,
  STREAM_ERRORS,
  type StreamError,
  type StreamRecord,
  tracksOf,
} from './stream-record.ts';
import type { SocketEnd, SocketListener, StreamSocket } from './stream-sockets.ts';

/** Close codes of WebSockets (RFC 6455, 7.4.1). */
const NORMAL = 1000;
const GOING_AWAY = 1001;

/** Why a stream is over. */
export type SessionEnd =
  | /** Somebody here wanted it: the leg has ended, or the stream was stopped. */ { readonly why: 'stopped' }
  | /** Legwork stops. */ { readonly why: 'stopping' }
  | { readonly why: 'server-closed' }
  | /** Asterisk delivers no more audio. */ { readonly why: 'audio-lost' }
  | { readonly why: 'failed'; readonly error: StreamError };

/** What was streamed, for the timeline and the metrics. */
export interface SessionCounts {
  readonly sent: Readonly<SentCounts>;
  readonly received: { readonly messages: number; readonly bytes: number };
  /** Milliseconds of audio to the server, and of audio that the leg was given. */
  readonly streamedMs: number;
  readonly playedMs: number;
  readonly marks: number;
  readonly clears: number;
  /** The longest time from a mark to its echo, in milliseconds. */
  readonly longestMarkMs: number;
}

export interface SessionParts {
  readonly record: Pick<StreamRecord, 'sid' | 'accountSid' | 'callSid' | 'track' | 'direction'>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly ticker: MediaTicker;
  readonly onMark: (tookMs: number) => void;
  /** Told of what the server does wrong; not too often. */
  readonly complain: (problem: StreamError) => void;
}

/** One open stream: passes the leg's audio on to the customer's server, and what that sends to the leg. */
export class StreamSession implements SocketListener, TalkListener {
  readonly #parts: SessionParts;
  readonly #playout: Playout;
  readonly #complaints: Complaints;
  readonly #ended: Promise<SessionEnd>;
  #end: (end: SessionEnd) => void = () => undefined;
  #socket: StreamSocket | undefined;
  #out: OutgoingMessages | undefined;
  #stopTicking: () => void = () => undefined;
  #isOver = false;
  #received = { messages: 0, bytes: 0 };
  #hadAudio = false;
  #marks = 0;
  #clears = 0;
  #longestMarkMs = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#playout = new Playout(parts.clock, (name, tookMs) => this.#reached(name, tookMs));
    this.#complaints = new Complaints(parts.clock, parts.complain);
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Resolves when it is over; never rejects. */
  get ended(): Promise<SessionEnd> {
    return this.#ended;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get counts(): SessionCounts {
    const sent = this.#out?.counts ?? { messages: 0, bytes: 0, frames: 0, silent: 0, dropped: 0 };
    const streamedMs = ((sent.frames + sent.dropped) * FRAME_MS) / tracksOf(this.#parts.record.track).length;
    return {
      sent,
      received: this.#received,
      streamedMs,
      playedMs: this.#playout.playedMs,
      marks: this.#marks,
      clears: this.#clears,
      longestMarkMs: this.#longestMarkMs,
    };
  }

  /** The socket is open: the server is told what follows. */
  opened(socket: StreamSocket): void {
    // The stream was stopped at this very moment, or the server has closed it at once.
    if (this.#isOver) return socket.close(NORMAL);
    this.#socket = socket;
    this.#out = new OutgoingMessages(this.#parts.record, socket);
    this.#out.begin(this.#parts.parameters);
  }

  /** The leg's audio flows from now on. */
  flows(talk?: LegTalk): void {
    if (this.#isOver) return;
    const { record, clock, ticker } = this.#parts;
    this.#out?.beginTracks(tracksOf(record.track), clock.steady());
    if (talk !== undefined) this.#playout.begin(talk);
    this.#stopTicking = ticker.add((tick) => this.#tick(tick));
  }

  audio(track: AudioTrack, bytes: Uint8Array): void {
    if (!this.#isOver) this.#out?.audio(track, bytes, this.#parts.clock.steady());
  }

  lost(): void {
    this.#over({ why: 'audio-lost' });
  }

  played(mark: string): void {
    this.#playout.played(mark);
  }

  /** A key was pressed at the leg. */
  digit(digit: string): void {
    if (!this.#isOver) this.#out?.dtmf(digit);
  }

  text(message: string): void {
    if (this.#isOver) return;
    this.#received.messages += 1;
    this.#received.bytes += message.length;
    if (this.#parts.record.direction === 'unidirectional') {
      const what = 'A stream of Start only listens; what its server sends is ignored';
      return this.#complaints.sayOnce({ code: STREAM_ERRORS.message, message: what });
    }
    const read = readServerMessage(message, this.#parts.record.sid);
    switch (read.kind) {
      case 'media':
        return this.#play(read.audio);
      case 'mark':
        this.#marks += 1;
        if (!this.#playout.mark(read.name)) this.#invalid('1000 marks wait already; this one is dropped');
        return;
      case 'clear':
        this.#clears += 1;
        return this.#playout.clear();
      case 'invalid':
        return this.#invalid(`A message ${read.why}; it is ignored`);
    }
  }

  binary(): void {
    this.#received.messages += 1;
    this.#invalid('A binary message is ignored: messages are JSON in text messages');
  }

  closed({ code, tooLong }: SocketEnd): void {
    this.#socket = undefined;
    const isWanted = this.#parts.record.direction === 'bidirectional' && [NORMAL, GOING_AWAY].includes(code);
    if (isWanted) return this.#over({ why: 'server-closed' });
    const error: StreamError =
      tooLong === true
        ? { code: STREAM_ERRORS.message, message: 'The server sent a message of over 1 MiB' }
        : { code: STREAM_ERRORS.closed, message: `The server closed the connection unexpectedly (${code})` };
    this.#over({ why: 'failed', error });
  }

  /** Ends it: the server gets its `stop` message, and the connection is closed. */
  stop(end: SessionEnd): void {
    this.#over(end);
  }

  #play(audio: Uint8Array): void {
    const kind = this.#hadAudio ? undefined : fileKindOf(audio);
    this.#hadAudio ||= audio.length > 0;
    if (kind !== undefined) {
      this.#invalid(`The payload is ${kind}; it is played as if it were µ-law at 8 kHz without a header`);
    }
    if (!this.#playout.add(audio)) this.#invalid('20 minutes of audio wait already; more of it is dropped');
  }

  #reached(name: string, tookMs: number): void {
    this.#parts.onMark(tookMs);
    this.#longestMarkMs = Math.max(this.#longestMarkMs, Math.round(tookMs));
    if (!this.#isOver) this.#out?.mark(name);
  }

  #invalid(what: string): void {
    this.#complaints.say({ code: STREAM_ERRORS.message, message: what });
  }

  #tick({ now, late }: Tick): void {
    if (!late) this.#out?.fill(now);
    this.#playout.pump(now);
    const seen = this.#out?.look(now);
    if (seen === undefined) return;
    if (seen === 'stuck') {
      const message = 'The server took nothing for 30 s; the connection was ended';
      this.#socket?.terminate();
      this.#socket = undefined;
      return this.#over({ why: 'failed', error: { code: STREAM_ERRORS.closed, message } });
    }
    const message = `The server was too slow; ${seen.caughtUp} frames of audio were left out`;
    this.#complaints.say({ code: STREAM_ERRORS.closed, message });
  }

  #over(end: SessionEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopTicking();
    const socket = this.#socket;
    if (socket !== undefined) {
      this.#out?.stop();
      socket.close(end.why === 'stopping' ? GOING_AWAY : NORMAL);
    }
    this.#end(end);
  }
}
