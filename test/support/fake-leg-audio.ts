import type {
  AudioListener,
  AudioOrder,
  LegAudio,
  LegTalk,
  LegTap,
  TalkListener,
} from '../../src/call/stream/leg-audio.ts';
import type { AudioTrack } from '../../src/call/stream/stream-record.ts';

/** What was asked of a leg's audio, in order. */
export type AudioCommand = readonly [name: string, ...details: readonly unknown[]];

/** Stands for Asterisk's side of streams: notes what is played, and says what the test says. */
export class FakeLegAudio implements LegAudio {
  trouble: string | undefined;
  /** When false, Asterisk hands over no audio. */
  works = true;
  readonly commands: AudioCommand[] = [];
  /** Everything that was played, in order. */
  readonly played: number[] = [];
  listener: AudioListener | undefined;
  talker: TalkListener | undefined;
  /** Taps that nobody has closed. */
  open = 0;

  listen(
    { streamSid, tracks }: AudioOrder & { readonly tracks: readonly AudioTrack[] },
    listener: AudioListener,
  ): Promise<LegTap | undefined> {
    this.commands.push(['listen', streamSid, tracks]);
    if (!this.works) return Promise.resolve(undefined);
    this.listener = listener;
    return Promise.resolve(this.#tap());
  }

  talk({ streamSid }: AudioOrder, listener: TalkListener): Promise<LegTalk | undefined> {
    this.commands.push(['talk', streamSid]);
    if (!this.works) return Promise.resolve(undefined);
    this.listener = listener;
    this.talker = listener;
    return Promise.resolve({
      ...this.#tap(),
      play: (frames) => {
        this.played.push(...frames);
        this.commands.push(['play', frames.length]);
      },
      mark: (mark) => this.commands.push(['mark', mark]),
      flush: () => this.commands.push(['flush']),
    });
  }

  #tap(): LegTap {
    this.open += 1;
    return {
      close: () => {
        this.open -= 1;
        this.commands.push(['close']);
        return Promise.resolve();
      },
    };
  }
}
