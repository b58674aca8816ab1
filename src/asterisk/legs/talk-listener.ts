import type { Talk } from '../../call/answering-machine/answer-detector.ts';
import { readPacketsReceived } from '../ari/ari-objects.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** The mean amplitude of a frame, of 32767, from which on it is sound; Asterisk's own default. Noise of -45 dBFS is below. */
const LOUDNESS = 256;
const LOOK_EVERY_MS = 500;
/** Packets of at most 60 ms. */
const FEWEST_PACKETS = 5;

/**
 * Tells when the leg's own side begins to make a sound, and when there has been silence for `endsAfterMs` since, until
 * `signal` aborts or the leg ends. Asterisk looks at the frames that come; a phone that sends none while its user is silent
 * is found out by counting them.
 */
export async function listenForTalk(
  context: LegContext,
  leg: ControlledLeg,
  endsAfterMs: number,
  heard: (talk: Talk) => void,
  signal: AbortSignal,
): Promise<void> {
  const stop = AbortSignal.any([signal, leg.ended]);
  const { channelId } = leg;
  if (channelId === undefined || stop.aborted) return;
  const set = (what: string, value: string) =>
    attempt(
      context,
      leg.callSid,
      context.ari.run('channels', 'setChannelVar', { channelId, variable: `TALK_DETECT(${what})`, value }),
    );
  const sound = new Sound(context, channelId, heard);
  const listener = (talk: Talk) => sound.told(talk);
  leg.talkListeners.add(listener);
  await set('set', `${endsAfterMs},${LOUDNESS}`);
  while (!stop.aborted) {
    await context.clock.sleep(LOOK_EVERY_MS, stop);
    if (!stop.aborted) await sound.look();
  }
  leg.talkListeners.delete(listener);
  if (!leg.ended.aborted && leg.talkListeners.size === 0) await set('remove', '');
}

/** What is heard of one channel, by Asterisk's word and by the packets that come. */
class Sound {
  readonly #context: LegContext;
  readonly #channelId: string;
  readonly #heard: (talk: Talk) => void;
  /** Steady clock; undefined: silence. */
  #since: number | undefined;
  /** Asterisk says that there is sound, but nothing comes. */
  #isStalled = false;
  #packets: number | undefined;

  constructor(context: LegContext, channelId: string, heard: (talk: Talk) => void) {
    this.#context = context;
    this.#channelId = channelId;
    this.#heard = heard;
  }

  told(talk: Talk): void {
    const wasStalled = this.#isStalled;
    this.#isStalled = false;
    this.#since = talk.type === 'begins' ? this.#context.clock.steady() : undefined;
    this.#packets = undefined;
    if (!(wasStalled && talk.type === 'ends')) this.#heard(talk);
  }

  /** Counts what has come since the last look, while there is said to be sound. */
  async look(): Promise<void> {
    const { ari, clock, log } = this.#context;
    const since = this.#since;
    if (since === undefined) return;
    const before = this.#packets;
    try {
      const answer = await ari.run('channels', 'rtpstatistics', { channelId: this.#channelId });
      this.#packets = readPacketsReceived(answer);
    } catch (error) {
      log.debug({ channelId: this.#channelId, reason: String(error) }, 'cannot ask what comes from a callee');
      this.#packets = undefined;
    }
    // Asterisk may have said something meanwhile.
    if (this.#since !== since || this.#packets === undefined || before === undefined) return;
    const flows = this.#packets - before >= FEWEST_PACKETS;
    if (flows === !this.#isStalled) return;
    this.#isStalled = !flows;
    this.#heard(
      flows
        ? { type: 'begins' }
        : { type: 'ends', durationMs: Math.max(0, clock.steady() - since - LOOK_EVERY_MS) },
    );
  }
}
