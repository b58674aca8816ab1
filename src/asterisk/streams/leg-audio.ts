import type {
  AudioListener,
  AudioOrder,
  LegAudio,
  LegTalk,
  LegTap,
  TalkListener,
} from '../../call/stream/leg-audio.ts';
import type { AudioTrack } from '../../call/stream/stream-record.ts';
import { BRIDGE_NAME, leave } from '../legs/bridges.ts';
import type { ControlledLeg } from '../legs/controlled-leg.ts';
import { attempt, type LegContext } from '../legs/leg-context.ts';
import { listenTo } from './listener.ts';
import { MediaChannel } from './media-channel.ts';
import { MediaModule } from './media-module.ts';

/** The audio of legs by chan_websocket: every stream has channels of its own, whose ids begin with its sid. */
export class AsteriskLegAudio implements LegAudio {
  readonly #context: LegContext;
  readonly #legOf: (callSid: string) => ControlledLeg | undefined;
  readonly #module: MediaModule;

  constructor(context: LegContext, legOf: (callSid: string) => ControlledLeg | undefined) {
    this.#context = context;
    this.#legOf = legOf;
    this.#module = new MediaModule(context);
  }

  get trouble(): string | undefined {
    return this.#module.trouble;
  }

  close(): void {
    this.#module.close();
  }

  async listen(
    order: AudioOrder & { readonly tracks: readonly AudioTrack[] },
    listener: AudioListener,
  ): Promise<LegTap | undefined> {
    const leg = this.#liveLeg(order);
    if (leg === undefined) return undefined;
    const taps = await Promise.all(
      order.tracks.map((track) => listenTo(this.#context, leg, { ...order, track }, listener)),
    );
    const made = taps.filter((tap) => tap !== undefined);
    const close = async () => void (await Promise.all(made.map((tap) => tap.close())));
    if (made.length === taps.length && !leg.ended.aborted) return { close };
    await close();
    return undefined;
  }

  async talk(order: AudioOrder, listener: TalkListener): Promise<LegTalk | undefined> {
    const { callSid, streamSid } = order;
    const leg = this.#liveLeg(order);
    if (leg === undefined) return undefined;
    const media = await MediaChannel.open(
      this.#context,
      { channelId: `${streamSid}.media`, callSid },
      {
        audio: (bytes) => listener.audio('inbound', bytes),
        played: (mark) => listener.played(mark),
        lost: () => listener.lost(),
      },
    );
    if (media === undefined) return undefined;
    // Of a bridge of this name that has only one channel, the next start takes the leg out (`adoptTalks`).
    const bridgeId = `${callSid}.${crypto.randomUUID()}`;
    const close = async () => {
      await leave(this.#context, bridgeId, [leg]);
      await media.close();
    };
    if (!(await this.#join(leg, bridgeId, media.channelId)) || leg.ended.aborted) {
      await close();
      return undefined;
    }
    return {
      play: (frames) => media.play(frames),
      mark: (mark) => media.mark(mark),
      flush: () => media.flush(),
      close,
    };
  }

  async #join(leg: ControlledLeg, bridgeId: string, mediaId: string): Promise<boolean> {
    const { ari } = this.#context;
    // Digits are reported only when the bridge looks for them.
    const bridge = { bridgeId, type: 'mixing,dtmf_events', name: BRIDGE_NAME };
    const channel = `${leg.channelId},${mediaId}`;
    const of = (work: Promise<unknown>) => attempt(this.#context, leg.callSid, work);
    return (
      (await of(ari.run('bridges', 'createWithId', bridge))) &&
      (await of(ari.run('bridges', 'addChannel', { bridgeId, channel })))
    );
  }

  #liveLeg({ callSid }: AudioOrder): ControlledLeg | undefined {
    const leg = this.#legOf(callSid);
    return leg?.channelId === undefined || leg.ended.aborted ? undefined : leg;
  }
}
