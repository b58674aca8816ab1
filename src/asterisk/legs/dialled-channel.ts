import type { LegEnd } from '../../call/leg/outcome.ts';
import { EDGE_RING_NET_S } from '../../call/leg/ring-nets.ts';
import { AriError } from '../ari/ari-error.ts';
import { type AriChannel, readVariable } from '../ari/ari-objects.ts';
import type { AriEvent } from '../ari/events.ts';
import { Channel, type ChannelLeg } from './channel.ts';
import { type LegContext, legVariables } from './leg-context.ts';

/** Asterisk starts a new channel within milliseconds. */
const START_DEADLINE_MS = 5_000;
/** Over UDP the INVITE has been sent four times by then (at 0, 0.5, 1.5 and 3.5 s). */
const SILENT_AFTER_MS = 5_000;

/** What a leg hears of the channels that it dials. */
export interface DialledLeg extends ChannelLeg {
  /** The channel is there, and nothing was sent yet: `dial` or `hangUp` it. */
  started(channel: DialledChannel): void;
}

export interface DialOrder {
  readonly callSid: string;
  readonly channelId: string;
  /** Asterisk's dial string, checked. */
  readonly dial: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutS: number;
  /** What it means when Asterisk refuses to make the channel. */
  readonly refused: LegEnd;
}

/** A channel that we make: created, started, dialled, and hung up whatever goes wrong. */
export class DialledChannel extends Channel {
  readonly #order: DialOrder;
  readonly #leg: DialledLeg;
  #created = false;
  #started = false;
  #hangUp: { readonly reason: string; readonly why: string } | undefined;
  /** When the INVITE was sent; 0: by another process, long ago. */
  #dialledAt = 0;

  constructor(context: LegContext, order: DialOrder, leg: DialledLeg) {
    super(context, order, leg);
    this.#order = order;
    this.#leg = leg;
  }

  /** Creates the channel; `started` or `end` follows. */
  async create(): Promise<void> {
    const { channelId, callSid, context } = this;
    const { dial, variables } = this.#order;
    const { ari } = context;
    try {
      await ari.run('channels', 'create', {
        endpoint: dial,
        app: ari.app,
        appArgs: 'out',
        channelId,
        variables: { ...legVariables(context, callSid), ...variables },
      });
    } catch (error) {
      return this.#notCreated(error);
    }
    this.#created = true;
    if (this.#hangUp !== undefined) return super.hangUp(this.#hangUp.reason);
    if (!this.#started) this.#limit(START_DEADLINE_MS, 'Asterisk did not start the channel');
  }

  /** Takes over a channel that another process made; one that was never dialled is hung up. */
  adopt(channel: AriChannel): void {
    this.#created = true;
    this.#started = true;
    if (channel.state === 'Down') void this.hangUp('normal', 'was created, but never dialled');
    this.update(channel);
  }

  /** Sends the INVITE; ringing, answer and end follow. */
  async dial(): Promise<void> {
    if (this.#hangUp !== undefined || this.isGone) return;
    const { channelId, context } = this;
    const { timeoutS } = this.#order;
    this.#dialledAt = context.clock.steady();
    this.#limit((timeoutS + EDGE_RING_NET_S) * 1000, 'Asterisk did not end the dial in time');
    try {
      await context.ari.run('channels', 'dial', { channelId, timeout: timeoutS });
    } catch (error) {
      await this.hangUp('normal', `could not be dialled: ${messageOf(error)}`);
    }
  }

  /** Ends it in any state; `end` follows, and says `why`. */
  override async hangUp(reason: string, why = 'hung up by us'): Promise<void> {
    if (this.#hangUp !== undefined || this.isGone) return;
    this.#hangUp = { reason, why };
    this.stopTimer('limit');
    // While the creation is under way there is nothing to hang up yet: `create` and `#arrived` do it.
    if (this.#created || this.#started) await super.hangUp(reason);
  }

  /** Hangs up when nothing at all came back within the time that a phone takes to say 100 Trying. */
  hangUpIfSilent(): void {
    const { clock } = this.context;
    const since = this.#dialledAt === 0 ? clock.steady() : this.#dialledAt;
    this.startTimer('silence', since + SILENT_AFTER_MS - clock.steady(), () => void this.#ifSilent());
  }

  override onEvent(event: AriEvent): void {
    if (event.type === 'arrived') return this.#arrived();
    if (event.type === 'answer') this.stopTimer('limit');
    super.onEvent(event);
  }

  override resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    // What is being created now fails or starts by itself.
    if (this.#created || this.#started) super.resync(listed, why);
  }

  protected override end(end: LegEnd): void {
    super.end(this.#hangUp === undefined ? end : endByUs(end, this.#hangUp.why));
  }

  #arrived(): void {
    if (this.#started) return;
    this.#started = true;
    this.stopTimer('limit');
    if (this.#hangUp !== undefined) void super.hangUp(this.#hangUp.reason);
    else this.#leg.started(this);
  }

  async #notCreated(error: unknown): Promise<void> {
    const status = error instanceof AriError ? error.status : 0;
    // "Allocation failed": no phones, no such endpoint, no way to resolve the address.
    if (status === 500) return this.end(this.#order.refused);
    if (status > 0) return this.end({ why: `could not be placed: ${messageOf(error)}` });
    // No answer: the channel may exist all the same.
    this.#created = true;
    await this.hangUp('normal', `could not be placed: ${messageOf(error)}`);
  }

  async #ifSilent(): Promise<void> {
    if (this.rang || this.isGone) return;
    const { channelId, callSid, context } = this;
    try {
      // Asterisk does not report a 100 Trying, but it keeps the last response of each channel.
      const variable = 'HANGUPCAUSE_KEYS()';
      const answer = await context.ari.run('channels', 'getChannelVar', { channelId, variable });
      if (readVariable(answer) === undefined) await this.hangUp('normal', 'nothing came from the phone');
    } catch (error) {
      context.log.debug({ callSid, reason: String(error) }, 'cannot ask whether a phone has responded');
    }
  }

  #limit(ms: number, why: string): void {
    this.startTimer('limit', ms, () => void this.hangUp('normal', why));
  }
}

/** What Asterisk says of a channel that we hung up (603 when it was never dialled) is not the callee's word. */
function endByUs(end: LegEnd, why: string): LegEnd {
  const { sipStatus: _, ...rest } = end;
  return { ...rest, why };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
