import { type Peaks, peaksOf } from '../../data/peaks.ts';

/** Longer recordings have no picture: the whole sound would have to be in memory, eight times as large. */
const LARGEST_BYTES = 30_000_000;
const PARTS = 400;

/** The picture of each channel of a sound; undefined when it is too long for one. */
export async function channelPeaks(url: string, signal: AbortSignal): Promise<readonly Peaks[] | undefined> {
  const response = await fetch(url, { signal, credentials: 'same-origin' });
  if (!response.ok || Number(response.headers.get('Content-Length') ?? 0) > LARGEST_BYTES) {
    await response.body?.cancel();
    return undefined;
  }
  // It plays nothing, so it needs no permission; it decodes at the rate of telephony.
  const context = new OfflineAudioContext(1, 1, 8000);
  const sound = await context.decodeAudioData(await response.arrayBuffer());
  return Array.from({ length: sound.numberOfChannels }, (_, channel) =>
    peaksOf(sound.getChannelData(channel), PARTS),
  );
}

/** What a player lets be heard: both channels, or one of them on both ears. */
export type Heard = 'both' | 'left' | 'right';

/** Lets one of two channels of a player be heard alone; made at the first choice, because a browser allows it only then. */
export class ChannelChoice {
  readonly #context = new AudioContext();
  readonly #gains: readonly GainNode[];

  constructor(player: HTMLAudioElement) {
    const source = this.#context.createMediaElementSource(player);
    const splitter = this.#context.createChannelSplitter(2);
    source.connect(splitter);
    this.#gains = [0, 1].map((channel) => {
      const gain = this.#context.createGain();
      splitter.connect(gain, channel);
      gain.connect(this.#context.destination);
      return gain;
    });
  }

  choose(heard: Heard): void {
    const [left, right] = this.#gains;
    if (left !== undefined) left.gain.value = heard === 'right' ? 0 : 1;
    if (right !== undefined) right.gain.value = heard === 'left' ? 0 : 1;
    void this.#context.resume();
  }

  close(): void {
    void this.#context.close();
  }
}
