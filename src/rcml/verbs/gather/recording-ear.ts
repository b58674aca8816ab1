import { compact } from '../../../call/compact.ts';
import { newSid } from '../../../call/sids.ts';
import { SPEECH_PREFIX } from '../../../call/speech-recognizer.ts';
import type { Ear, EarParts, Heard } from './ear.ts';

/** Records what is said, and has it recognized as a whole. */
export class RecordingEar implements Ear {
  readonly taken: Ear['taken'];
  readonly #parts: EarParts;
  /** Not one of the account's recordings: it is removed as soon as it was recognized. */
  readonly #recording: { readonly sid: string; readonly accountSid: string };

  constructor(parts: EarParts) {
    const { control, live } = parts.context;
    this.#parts = parts;
    this.#recording = { sid: SPEECH_PREFIX + newSid('RE'), accountSid: live.leg.accountSid };
    const order = { recordingSid: this.#recording.sid, channels: 1, track: 'inbound' } as const;
    this.taken = control.recordTalk(live.sid, order, parts.done);
  }

  async understand(signal: AbortSignal): Promise<Heard> {
    const { context, verb, partials } = this.#parts;
    const kept = await context.recordingFiles.keep({ ...this.#recording, trimSilence: true });
    if (kept.kind !== 'kept' || signal.aborted) return undefined;
    const heard = await context.recognizer?.recognize(this.#recording, verb.expected, signal);
    if (heard === undefined || signal.aborted) return undefined;
    if (!heard.ok) return { failure: heard.message };
    const { transcript, confidence: stability } = heard;
    partials.tell(...heard.partials, compact({ transcript, stability }));
    return heard;
  }

  remove(): Promise<void> {
    return this.#parts.context.recordingFiles.remove(this.#recording.sid);
  }
}
