import { EDGE_RING_NET_S } from '../../call/leg/ring-nets.ts';
import { AriError } from '../ari/ari-error.ts';
import { type AriChannel, readVariable } from '../ari/ari-types.ts';
import { ChannelHandle } from './channel-handle.ts';
import { stateReport, type ChannelEnd, type Report } from '../ari/events.ts';
import { legVariables, type ChannelOwner, type LegContext } from './leg-context.ts';

/** Asterisk starts a new channel within milliseconds. */
const START_DEADLINE_MS = 5_000;
/** Over UDP the INVITE has been sent four times by then (at 0, 0.5, 1.5 and 3.5 s). */
const SILENT_AFTER_MS = 5_000;

/** What one outgoing channel tells its leg. */
export interface AttemptOwner {
  /** The channel stands, nothing was sent yet: `dial` or `hangUp` it. */
  started(attempt: DialAttempt): void;
  /** `progress`: by a 183, with which there may be something to hear. */
  ringing(attempt: DialAttempt, progress: boolean): void;
  answered(attempt: DialAttempt, sipCallId: string | undefined): void;
  digit(attempt: DialAttempt, digit: string): void;
  over(attempt: DialAttempt, end: ChannelEnd): void;
}

export interface AttemptOrder {
  readonly callSid: string;
  readonly channelId: string;
  /** Asterisk's dial string, checked. */
  readonly dial: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutS: number;
  /** What it means when Asterisk refuses to make the channel. */
  readonly refused: ChannelEnd;
}

/** One outgoing channel: created, started, dialled, and hung up whatever goes wrong. */
export class DialAttempt implements ChannelOwner {
  readonly channelId: string;
  readonly #context: LegContext;
  readonly #order: AttemptOrder;
  readonly #owner: AttemptOwner;
  readonly #handle: ChannelHandle;
  #created = false;
  #started = false;
  #closing: { readonly reason: string; readonly why?: string } | undefined;
  #stopTimer: () => void = () => undefined;
  #stopSilenceTimer: () => void = () => undefined;
  /** When the INVITE was sent; 0: by another process, long ago. */
  #dialledAt = 0;
  #rang = false;

  constructor(context: LegContext, order: AttemptOrder, owner: AttemptOwner) {
    this.channelId = order.channelId;
    this.#context = context;
    this.#order = order;
    this.#owner = owner;
    this.#handle = new ChannelHandle(context, order, (end) => {
      this.#stopTimer();
      this.#stopSilenceTimer();
      owner.over(this, this.#closing === undefined ? end : endByUs(end, this.#closing.why));
    });
  }

  get isOver(): boolean {
    return this.#handle.isGone;
  }

  /** Whether a 180 or a 183 came. */
  get rang(): boolean {
    return this.#rang;
  }

  /** Creates the channel; `started` or `over` follows. */
  async create(): Promise<void> {
    const { ari, owners } = this.#context;
    const { callSid, channelId, dial, variables } = this.#order;
    owners.set(channelId, this);
    try {
      await ari.run('channels', 'create', {
        endpoint: dial,
        app: ari.app,
        appArgs: 'out',
        channelId,
        variables: { ...legVariables(this.#context, callSid), ...variables },
      });
    } catch (error) {
      return this.#notCreated(error);
    }
    this.#created = true;
    if (this.#closing !== undefined) return this.#handle.hangUp(this.#closing.reason);
    if (!this.#started) this.#limit(START_DEADLINE_MS, 'Asterisk did not start the channel');
  }

  /** Takes over a channel that another process made; one that was never dialled is hung up. */
  adopt(channel: AriChannel): void {
    this.#context.owners.set(this.channelId, this);
    this.#created = true;
    this.#started = true;
    if (channel.state === 'Down') void this.hangUp('normal', 'was created, but never dialled');
    const report = stateReport(channel);
    if (report !== undefined) this.report(report);
  }

  /** Sends the INVITE; ringing, answer and end follow. */
  async dial(): Promise<void> {
    if (this.#closing !== undefined || this.isOver) return;
    const { timeoutS } = this.#order;
    this.#dialledAt = this.#context.clock.now();
    this.#limit((timeoutS + EDGE_RING_NET_S) * 1000, 'Asterisk did not end the dial in time');
    try {
      await this.#context.ari.run('channels', 'dial', { channelId: this.channelId, timeout: timeoutS });
    } catch (error) {
      await this.hangUp('normal', `could not be dialled: ${messageOf(error)}`);
    }
  }

  /** Ends it in any state; `over` follows. `why` is what its end then says. */
  async hangUp(reason: string, why?: string): Promise<void> {
    if (this.#closing !== undefined || this.isOver) return;
    this.#closing = why === undefined ? { reason } : { reason, why };
    this.#stopTimer();
    // While the create is under way there is nothing to hang up yet: `create` and `arrived` do it.
    if (this.#created || this.#started) await this.#handle.hangUp(reason);
  }

  /** Hangs up when nothing at all has come from there within the time that a phone takes to say 100 Trying. */
  hangUpIfSilent(): void {
    const { clock } = this.#context;
    this.#stopSilenceTimer();
    const since = this.#dialledAt === 0 ? clock.now() : this.#dialledAt;
    this.#stopSilenceTimer = clock.after(since + SILENT_AFTER_MS - clock.now(), () => void this.#ifSilent());
  }

  report(report: Report): void {
    switch (report.type) {
      case 'arrived':
        return this.#arrived();
      case 'ringing':
        this.#rang = true;
        return this.#owner.ringing(this, report.progress === true);
      case 'up':
        this.#stopTimer();
        return this.#owner.answered(this, report.sipCallId);
      case 'digit':
        return this.#owner.digit(this, report.digit);
      case 'left':
        return this.#handle.expectEnd();
      case 'ended':
        return this.#handle.ended(report.end);
      default:
    }
  }

  /** After a reconnect; false when the channel has gone without a word. */
  resync(listed: (channelId: string) => AriChannel | undefined, why: string): boolean {
    // What is being created now fails or starts by itself.
    if (this.isOver || !(this.#created || this.#started)) return true;
    const channel = listed(this.channelId);
    if (channel === undefined) {
      this.#handle.ended({ why });
      return false;
    }
    const report = stateReport(channel);
    if (report !== undefined) this.report(report);
    return true;
  }

  #arrived(): void {
    if (this.#started) return;
    this.#started = true;
    this.#stopTimer();
    if (this.#closing !== undefined) void this.#handle.hangUp(this.#closing.reason);
    else this.#owner.started(this);
  }

  async #notCreated(error: unknown): Promise<void> {
    const status = error instanceof AriError ? error.status : 0;
    // "Allocation failed": no phones, no such endpoint, no way to resolve the address.
    if (status === 500) return this.#handle.ended(this.#order.refused);
    if (status > 0) return this.#handle.ended({ why: `could not be placed: ${messageOf(error)}` });
    // No answer: the channel may exist all the same.
    this.#created = true;
    await this.hangUp('normal', `could not be placed: ${messageOf(error)}`);
  }

  async #ifSilent(): Promise<void> {
    if (this.#rang || this.isOver) return;
    const { ari } = this.#context;
    try {
      // Asterisk tells of no 100 Trying, but it keeps the last response of each channel.
      const variable = 'HANGUPCAUSE_KEYS()';
      const answer = await ari.run('channels', 'getChannelVar', { channelId: this.channelId, variable });
      if (readVariable(answer) === undefined) await this.hangUp('normal', 'nothing came from the phone');
    } catch (error) {
      const { callSid } = this.#order;
      this.#context.log.debug({ callSid, reason: String(error) }, 'cannot ask whether a phone lives');
    }
  }

  #limit(ms: number, why: string): void {
    this.#stopTimer();
    this.#stopTimer = this.#context.clock.after(ms, () => void this.hangUp('normal', why));
  }
}

/** What Asterisk says of a channel that we hung up (603 when it was never dialled) is not the callee's word. */
function endByUs(end: ChannelEnd, why: string | undefined): ChannelEnd {
  const { sipStatus: _, ...rest } = end;
  return { ...rest, why: why ?? 'hung up by us' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
