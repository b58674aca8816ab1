import { compact } from '../../call/compact.ts';
import { webEndpointOf } from '../../call/routing/sip-names.ts';
import type { HangUpReason, PlaceOrder, TrunkTarget } from '../../call/call-control.ts';
import { isPhonesWord, type LegEnd, mostTellingEnd, type PhoneEnd } from '../../call/leg/outcome.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import { type ClientPhones, readPhones } from '../sip-accounts/client-phones.ts';
import { isUsableLogin } from '../sip-accounts/endpoint-objects.ts';
import { connectEarly, type EarlyPair } from './bridges.ts';
import { Channel } from './channel.ts';
import { ControlledLeg } from './controlled-leg.ts';
import {
  type DialString,
  dialStringOf,
  inviteVariables,
  proxyDialString,
  proxyVariables,
} from './dial-strings.ts';
import { createChannel, dialChannel, hangUpIfSilent, limitTry } from './dialling.ts';
import { hasEarlyMedia } from './early-media.ts';
import { ARI_REASONS, type LegContext } from './leg-context.ts';
import { leadTrunk, newEndpointId, pushEndpoint, removeEndpoint } from './one-call-endpoint.ts';

const GLOBAL_FAILURE = 600;
/** Q.850 20, subscriber absent. */
const NOT_REGISTERED: LegEnd = { q850: 20, why: 'not registered' };
const NO_ROUTE: LegEnd = { q850: 3, why: 'no route' };

/**
 * A leg that we place. All phones of a client ring at the same time, each on a channel of its own (`<CallSid>.<n>`).
 * The first one that answers becomes the leg; the others are told that it was answered elsewhere.
 */
export class OutboundLeg extends ControlledLeg {
  protected readonly channels = new Set<Channel>();
  readonly #order: PlaceOrder;
  readonly #caller: ControlledLeg | undefined;
  /** The ends of the phones that did not win. */
  readonly #ends: PhoneEnd[] = [];
  #tried = 0;
  #probe: Channel | undefined;
  #winner: Channel | undefined;
  /** The end that one phone decided for all of them. */
  #decided: LegEnd | undefined;
  #closing = false;
  #awaitsMedia = false;
  #triedBrowsers = false;

  /** `caller` hears what the callee sends before the answer. */
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
    if (this.#closing) return this.#notPlaced({ why: 'given up before it was placed' });
    const { target } = this.#order;
    if (target.kind === 'client') {
      if (!isUsableLogin(target.login)) return this.#notPlaced(NOT_REGISTERED);
      if (this.context.proxy !== undefined) return this.#placeAt(proxyDialString(target.login));
      // Asterisk dials one of the phones here. Which phones there are can only be asked on a channel.
      this.#probe = this.#try(`PJSIP/${target.login}`);
      return;
    }
    if (target.kind === 'trunk') void this.#placeByTrunk(target);
    else void this.#placeAtUri(target);
  }

  #placeAt(dialString: DialString): void {
    if (this.#closing) return this.#notPlaced({ why: 'given up before it was placed' });
    if ('dial' in dialString) this.#try(dialString.dial);
    else this.#notPlaced({ why: dialString.refused });
  }

  async #placeByTrunk(target: TrunkTarget): Promise<void> {
    const { trunkSid, via } = target;
    if (via !== undefined && !(await leadTrunk(this.context, trunkSid, via))) {
      return this.#notPlaced({ ...NO_ROUTE, why: 'Asterisk refused the way of the trunk' });
    }
    this.#placeAt(dialStringOf(target));
  }

  /** Asterisk takes credentials and the first hop from the endpoint, so a call that has them gets its own endpoint. */
  async #placeAtUri(target: Extract<PlaceOrder['target'], { kind: 'sip' }>): Promise<void> {
    const { credentials } = this.#order;
    const { via } = target;
    if (credentials === undefined && via === undefined) return this.#placeAt(dialStringOf(target));
    const id = newEndpointId();
    if (!(await pushEndpoint(this.context, id, compact({ credentials, via })))) {
      return this.#notPlaced({ why: 'Asterisk refused the endpoint of the call' });
    }
    this.ended.addEventListener('abort', () => void removeEndpoint(this.context, id));
    this.#placeAt(dialStringOf(target, id));
  }

  #notPlaced(end: LegEnd): void {
    super.end(undefined, end);
  }

  /** Adopts the channels that a former process made for this leg; what happened to them meanwhile follows as inputs. */
  adopt(channels: readonly AriChannel[]): void {
    const adopted = channels.map((channel) => ({
      channel,
      ours: this.#channelNamed(channel.id),
    }));
    for (const { channel, ours } of adopted) ours.adopt(channel);
  }

  override async hangUp(reason: HangUpReason): Promise<void> {
    this.#closing = true;
    const told = reason === 'answered-elsewhere' ? ARI_REASONS[reason] : 'normal';
    await Promise.all([...this.channels].map((channel) => channel.hangUp(told)));
  }

  override started(channel: Channel): void {
    if (channel === this.#probe) void this.#branch(channel, this.#order.target);
    else void this.#dial(channel);
  }

  override ringing(channel: Channel, progress: boolean): void {
    if (this.#closing || !this.channels.has(channel)) return;
    super.ringing(channel, progress);
    const [caller, { channelId }] = [this.#caller, channel];
    // When several phones ring, none of them is heard before it answers.
    if (!progress || caller === undefined || this.channels.size > 1 || this.isAnswered) return;
    void this.#letHear({ caller, callee: this, channelId });
  }

  override answered(channel: Channel, sipCallId: string | undefined): void {
    if (this.#closing || this.#decided !== undefined) return void channel.hangUp('normal');
    if (this.#winner !== undefined && this.#winner !== channel)
      return void channel.hangUp('answered_elsewhere');
    this.#winner = channel;
    this.#hangUpOthers(channel);
    super.answered(channel, sipCallId);
  }

  override digit(channel: Channel, digit: string): void {
    if (channel === this.#winner) super.digit(channel, digit);
  }

  override end(channel: Channel, end: LegEnd): void {
    if (!this.channels.delete(channel)) return;
    if (this.#tryBrowsers(channel, end)) return;
    if (this.#winner !== undefined) {
      if (channel === this.#winner) super.end(channel, end);
      return;
    }
    // With "declined" on one phone its owner has spoken for all of them.
    if (end.sipStatus !== undefined && end.sipStatus >= GLOBAL_FAILURE && !this.#closing) {
      this.#decided ??= end;
      this.#hangUpOthers(channel);
    }
    const phone = { end, rang: channel.rang };
    this.#ends.push(phone);
    if (this.channels.size === 0) return super.end(channel, this.#decided ?? mostTellingEnd(this.#ends));
    // The answer of this phone need not wait for phones from which nothing has come.
    if (isPhonesWord(phone)) for (const other of this.channels) hangUpIfSilent(other);
  }

  get #mayBeWeb(): boolean {
    return this.context.media?.web !== undefined;
  }

  /** Asterisk makes no channel for a client without a desk phone; it may have browser phones, which have an endpoint of their own. */
  #tryBrowsers(channel: Channel, end: LegEnd): boolean {
    const { target } = this.#order;
    if (channel !== this.#probe || end !== NOT_REGISTERED || this.#closing) return false;
    if (target.kind !== 'client' || this.#triedBrowsers || !this.#mayBeWeb) return false;
    this.#triedBrowsers = true;
    this.#probe = this.#try(`PJSIP/${webEndpointOf(target.login)}`);
    return true;
  }

  async #dial(channel: Channel): Promise<void> {
    const { target, timeoutS } = this.#order;
    await dialChannel(channel, timeoutS);
    if (target.kind === 'trunk' && channel.isUnheard) limitTry(channel, target);
  }

  #try(dial: string): Channel {
    this.#tried += 1;
    const { nth = 0, target } = this.#order;
    const refused = target.kind === 'client' ? NOT_REGISTERED : NO_ROUTE;
    // Of a leg that is placed again, the former channels may still be about to go.
    const name = nth === 0 ? this.#tried : `${nth}.${this.#tried}`;
    const channel = this.#channelNamed(`${this.callSid}.${name}`);
    const variables = { ...inviteVariables(this.#order), ...this.#forProxy() };
    void createChannel(channel, { dial, variables, refused });
    return channel;
  }

  #forProxy(): Readonly<Record<string, string>> {
    const { proxy } = this.context;
    return proxy === undefined || this.#order.target.kind !== 'client' ? {} : proxyVariables(proxy);
  }

  #channelNamed(channelId: string): Channel {
    const channel = new Channel(this.context, { channelId, callSid: this.callSid, isOurs: true }, this);
    this.channels.add(channel);
    return channel;
  }

  /** `joining` holds up whoever connects the answered leg, so it is set only once there is something to hear. */
  async #letHear(pair: EarlyPair): Promise<void> {
    if (this.#awaitsMedia || this.joining !== undefined) return;
    this.#awaitsMedia = true;
    if (await hasEarlyMedia(this.context, pair)) this.joining = connectEarly(this.context, pair);
    this.#awaitsMedia = false;
  }

  /** Dials the only phone on this channel, or makes a channel for each of several phones and drops this one. */
  async #branch(probe: Channel, target: PlaceOrder['target']): Promise<void> {
    const login = target.kind === 'client' ? target.login : '';
    const { phones, registered } = await this.#phones(probe.channelId, login);
    if (registered <= 1 || this.#closing) return dialChannel(probe, this.#order.timeoutS);
    // Its end must not count, so it is forgotten before it is hung up.
    this.channels.delete(probe);
    for (const phone of phones) this.#try(phone.dial);
    await probe.hangUp('normal');
  }

  async #phones(channelId: string, login: string): Promise<ClientPhones> {
    try {
      return await readPhones(this.context.ari, channelId, { login, web: this.#mayBeWeb });
    } catch (error) {
      const { callSid } = this;
      this.context.log.warn({ callSid, reason: String(error) }, "cannot read a client's phones");
      return { phones: [], registered: 0 };
    }
  }

  #hangUpOthers(winner: Channel): void {
    for (const other of this.channels) if (other !== winner) void other.hangUp('answered_elsewhere');
  }
}
