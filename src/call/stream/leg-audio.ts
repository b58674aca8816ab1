import type { AudioTrack } from './stream-record.ts';

/** One frame: 20 ms of µ-law at 8 kHz. */
export const FRAME_BYTES = 160;
export const FRAME_MS = 20;
/** µ-law for silence. */
export const SILENT_BYTE = 0xff;

/** Told of a leg's audio: µ-law, 8 kHz, in pieces of any length. */
export interface AudioListener {
  audio(track: AudioTrack, bytes: Uint8Array): void;
  /** There is no more audio, although nobody here has closed it. Told at most once, and never after `close`. */
  lost(): void;
}

export interface TalkListener extends AudioListener {
  /** All that was played before this mark has been heard. Marks that were flushed are not told of. */
  played(mark: string): void;
}

/** Audio of a leg that somebody takes. */
export interface LegTap {
  /** Ends it, and takes away what was made for it. Never rejects. */
  close(): Promise<void>;
}

/** A leg that hears and is heard by nobody but us. */
export interface LegTalk extends LegTap {
  /** Plays whole frames of µ-law; what was sent before is played first. Asterisk keeps 20 s at most. */
  play(frames: Uint8Array): void;
  /** Asks to be told when all that was played before has been heard. `mark`: letters and digits, 40 at most. */
  mark(mark: string): void;
  /** Throws away what was not heard yet, and its marks. */
  flush(): void;
}

/**
 * Takes the audio of legs, which are named by CallSid, out of Asterisk, and puts audio in. Nothing here rejects:
 * undefined says that the leg has gone, or that Asterisk could not do it.
 */
export interface LegAudio {
  /** Why no audio can be taken at all, in a sentence for the operator; undefined when it can. */
  readonly trouble: string | undefined;
  /** Listens to an answered leg, whatever else it does meanwhile, until `close` or until the leg ends. */
  listen(
    order: AudioOrder & { readonly tracks: readonly AudioTrack[] },
    listener: AudioListener,
  ): Promise<LegTap | undefined>;
  /** Connects an answered leg with us, and with nobody else, until `close` or until the leg ends. */
  talk(order: AudioOrder, listener: TalkListener): Promise<LegTalk | undefined>;
}

export interface AudioOrder {
  readonly callSid: string;
  /** For whom; what is made in Asterisk is named after it. */
  readonly streamSid: string;
}
