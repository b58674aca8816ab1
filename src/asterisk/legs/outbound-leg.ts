import type { HangUpReason, PlaceOrder } from '../../call/call-control.ts';
import type { AriChannel } from '../ari/ari-types.ts';
import { connectEarly } from './bridges.ts';
import { type ClientPhones, readPhones } from '../sip-accounts/client-phones.ts';
import { ControlledLeg } from './controlled-leg.ts';
import { DialAttempt, type AttemptOwner } from './dial-attempt.ts';
import { type DialString, dialStringOf, inviteVariables } from './dial-strings.ts';
import { isUsableLogin } from '../sip-accounts/endpoint-objects.ts';
import type { ChannelEnd } from '../ari/events.ts';
import { ARI_REASONS, type LegContext } from './leg-context.ts';
import { leadTrunk, newEndpointId, pushEndpoint, removeEndpoint } from './one-call-endpoint.ts';
import { bestEnd, isItsWord, type PhoneEnd } from './phone-ends.ts';

const GLOBAL_FAILURE = 600;
/** Q.850 20, subscriber absent. */
const NOT_REGISTERED: ChannelEnd = { q850: 20, why: 'not registered' };
const NO_ROUTE: ChannelEnd = { q850: 3, why: 'no route' };

/**
 * A leg that we place. A client's phones ring at once, each on a channel of its own (`<CallSid>.<n>`); the
 * first that answers is the leg, the others hear that it was answered elsewhere.
 */
export class OutboundLeg extends ControlledLeg implements AttemptOwner {
  readonly #order: PlaceOrder;
  readonly #caller: ControlledLeg | undefined;
  readonly #attempts = new Set<DialAttempt>();
  readonly #ends: PhoneEnd[] = [];
  #tried = 0;
  #probe: DialAttempt | undefined;
  #winner: DialAttempt | undefined;
  #decided: ChannelEnd | undefined;
  #closing = false;
  #lost: string | undefined;

  /** `caller` hears what the callee sends before it answers. */
  constructor(context: LegContext, order: PlaceOrder, caller?: ControlledLeg) {
    super(context, order.callSid);
    this.#order = order;
    this.#caller = caller;
  }

  override get channelId(): string | undefined {
    return this.#winner?.channelId;
  }

  /** Begins to ring; everything that becomes of it follows as inputs. */
  place(): void {
    if (this.#closing) return this.tell({ type: 'end', why: 'given up before it was placed' });
    const { target } = this.#order;
    if (target.kind === 'client') {
      if (!isUsableLogin(target.login)) return this.tell({ type: 'end', ...NOT_REGISTERED });
      // Asterisk picks one phone here; which there are can only be asked on a channel.
      this.#probe = this.#try(`PJSIP/${target.login}`);
      return;
    }
    if (target.kind === 'trunk') void this.#placeByTrunk(target);
    else void this.#placeAtUri(target);
  }

  #placeAt(dialString: DialString): void {
    if (this.#closing) return this.tell({ type: 'end', why: 'given up before it was placed' });
    if ('dial' in dialString) this.#try(dialString.dial);
    else this.tell({ type: 'end', why: dialString.refused });
  }

  async #placeByTrunk(target: Extract<PlaceOrder['target'], { kind: 'trunk' }>): Promise<void> {
    const { trunkSid, via } = target;
    if (via !== undefined && !(await leadTrunk(this.context, trunkSid, via))) {
      return this.tell({ type: 'end', why: 'Asterisk did not take the way of the trunk' });
    }
    this.#placeAt(dialStringOf(target));
  }

  /** Asterisk takes credentials and a first hop from the endpoint: a call that has them has one of its own. */
  async #placeAtUri(target: Extract<PlaceOrder['target'], { kind: 'sip' }>): Promise<void> {
    const { credentials } = this.#order;
    const { via } = target;
    if (credentials === undefined && via === undefined) return this.#placeAt(dialStringOf(target));
    const id = newEndpointId();
    const call = {
      ...(credentials === undefined ? {} : { credentials }),
      ...(via === undefined ? {} : { via }),
    };
    if (!(await pushEndpoint(this.context, id, call))) {
      return this.tell({ type: 'end', why: 'Asterisk did not take the endpoint of the call' });
    }
    this.ended.addEventListener('abort', () => void removeEndpoint(this.context, id));
    this.#placeAt(dialStringOf(target, id));
  }

  /** Takes over the channels that another process made for this leg; what has become of them follows as inputs. */
  adopt(channels: readonly AriChannel[]): void {
    const attempts = channels.map((channel) => ({
      channel,
      attempt: this.#attemptOn(channel.id, '', NO_ROUTE),
    }));
    for (const { channel, attempt } of attempts) attempt.adopt(channel);
  }

  override async hangUp(reason: HangUpReason): Promise<void> {
    this.#closing = true;
    const told = reason === 'answered-elsewhere' ? ARI_REASONS[reason] : 'normal';
    await Promise.all([...this.#attempts].map((one) => one.hangUp(told)));
  }

  override resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    // A leg whose every channel vanished was lost; `over` asks for this once the last one is gone.
    this.#lost = why;
    for (const one of this.#attempts) one.resync(listed, why);
    this.#lost = undefined;
  }

  started(attempt: DialAttempt): void {
    if (attempt === this.#probe) void this.#branch(attempt, this.#order.target);
    else void attempt.dial();
  }

  ringing(attempt: DialAttempt, progress: boolean): void {
    if (this.#closing || !this.#attempts.has(attempt)) return;
    this.tell({ type: 'ring' });
    const [caller, { channelId }] = [this.#caller, attempt];
    // Of several phones none is heard before it answers.
    if (!progress || caller === undefined || this.#attempts.size > 1 || this.isAnswered) return;
    this.joining ??= connectEarly(this.context, { caller, callee: this, channelId });
  }

  answered(attempt: DialAttempt, sipCallId: string | undefined): void {
    if (this.#closing || this.#decided !== undefined) return void attempt.hangUp('normal');
    if (this.#winner === attempt) return;
    if (this.#winner !== undefined) return void attempt.hangUp('answered_elsewhere');
    this.#winner = attempt;
    this.#hangUpOthers(attempt);
    this.tell({ type: 'answer', ...(sipCallId === undefined ? {} : { sipCallId }) });
  }

  digit(attempt: DialAttempt, digit: string): void {
    if (attempt === this.#winner) this.context.listener.digit(this.callSid, digit);
  }

  over(attempt: DialAttempt, end: ChannelEnd): void {
    if (!this.#attempts.delete(attempt)) return;
    if (this.#winner !== undefined) {
      if (attempt === this.#winner) this.#finish(end);
      return;
    }
    // A phone's "declined" is its owner's word for all of them.
    if (end.sipStatus !== undefined && end.sipStatus >= GLOBAL_FAILURE && !this.#closing) {
      this.#decided ??= end;
      this.#hangUpOthers(attempt);
    }
    const { rang } = attempt;
    this.#ends.push({ end, rang });
    if (this.#attempts.size === 0) return this.#finish(this.#decided ?? bestEnd(this.#ends));
    // What a phone said need not wait for those that have gone without a word.
    if (isItsWord({ end, rang })) for (const other of this.#attempts) other.hangUpIfSilent();
  }

  #finish(end: ChannelEnd): void {
    if (this.#lost !== undefined) this.tell({ type: 'lost', why: this.#lost });
    else this.tell({ type: 'end', ...end });
  }

  #try(dial: string): DialAttempt {
    this.#tried += 1;
    const refused = this.#order.target.kind === 'client' ? NOT_REGISTERED : NO_ROUTE;
    const attempt = this.#attemptOn(`${this.callSid}.${this.#tried}`, dial, refused);
    void attempt.create();
    return attempt;
  }

  #attemptOn(channelId: string, dial: string, refused: ChannelEnd): DialAttempt {
    const { callSid } = this;
    const { timeoutS } = this.#order;
    const variables = inviteVariables(this.#order);
    const attempt = new DialAttempt(
      this.context,
      { callSid, channelId, dial, variables, timeoutS, refused },
      this,
    );
    this.#attempts.add(attempt);
    return attempt;
  }

  /** Rings the one phone that there is, or leaves the first channel and makes one for each phone. */
  async #branch(probe: DialAttempt, target: PlaceOrder['target']): Promise<void> {
    const login = target.kind === 'client' ? target.login : '';
    const { phones, registered } = await this.#phones(probe.channelId, login);
    if (registered <= 1 || this.#closing) return probe.dial();
    // Its end must not count: forget it before it goes.
    this.#attempts.delete(probe);
    for (const phone of phones) this.#try(phone.dial);
    await probe.hangUp('normal');
  }

  async #phones(channelId: string, login: string): Promise<ClientPhones> {
    try {
      return await readPhones(this.context.ari, channelId, login);
    } catch (error) {
      const { callSid } = this;
      this.context.log.warn({ callSid, reason: String(error) }, "cannot read a client's phones");
      return { phones: [], registered: 0 };
    }
  }

  #hangUpOthers(attempt: DialAttempt): void {
    for (const other of this.#attempts) {
      if (other !== attempt) void other.hangUp('answered_elsewhere');
    }
  }
}
