import { compact } from '../call/compact.ts';
import type { HangUpReason, InboundCall } from '../call/call-control.ts';
import {
  isOwnHeader,
  LINK_ENDPOINT,
  loginOfEndpoint,
  PROXY_ENDPOINT,
  PROXY_HEADERS,
} from '../call/routing/sip-names.ts';
import type { Parameters } from '../call/request-parameters.ts';
import { AriError } from './ari/ari-error.ts';
import { fields, readChannel, readList, text, type AriChannel } from './ari/ari-objects.ts';
import type { AriEvent } from './ari/events.ts';
import { asksForPrivacy, forwarderIn, namedIn } from './named-party.ts';
import { PROBE_PREFIX } from './sip-accounts/contact-probe.ts';
import { LISTENER_PREFIX } from './legs/talk-recorder.ts';
import {
  ARI_REASONS,
  attempt,
  LEG_VARIABLE,
  type ChannelOwner,
  type LegContext,
} from './legs/leg-context.ts';

/** An offered call that nobody has decided on within this time is refused. */
const DECISION_MS = 30_000;
const DIVERSION = 'Diversion';
const ANONYMOUS = 'anonymous';
/** Read for what they mean, and not handed on. */
const [HISTORY, PRIVACY] = ['History-Info', 'Privacy'];

/** Whom Asterisk has identified. Of a call that comes in through the proxy, its headers say who calls. */
type Sender = InboundCall['source'] | { readonly kind: 'proxy' };

/** An inbound channel that is not a leg yet. Its events are kept for the leg that it may become. */
interface Offer extends ChannelOwner {
  readonly kept: AriEvent[];
  stopTimer(): void;
}

/** Takes the channels that the dialplan hands us, and offers each one as a call, with all that is known about it. */
export class StasisApp {
  readonly #context: LegContext;
  readonly #offers = new Map<string, Offer>();

  constructor(context: LegContext) {
    this.#context = context;
  }

  /** A channel without an owner entered our application. */
  arrived(channel: AriChannel): void {
    if (channel.id.startsWith(PROBE_PREFIX) || channel.id.startsWith(LISTENER_PREFIX)) return;
    const source = sourceOf(channel);
    if (source === undefined || channel.exten === undefined || channel.state === 'Down') {
      // A former process made it, or it cannot be a call.
      void this.#hangUp(channel.id, 'normal');
      return;
    }
    const kept: AriEvent[] = [];
    const stopTimer = this.#context.clock.after(DECISION_MS, () => void this.refuse(channel.id, 'error'));
    const offer = { kept, stopTimer, onEvent: (event: AriEvent) => void kept.push(event) };
    this.#offers.set(channel.id, offer);
    this.#context.owners.set(channel.id, offer);
    void this.#offer(channel, source, channel.exten, offer);
  }

  /**
   * Offers the calls that are waiting in our application and that nobody knows of: the event of their arrival went to
   * a process that died, or into a connection that was cut. Rejects with AriError when Asterisk does not answer.
   */
  async takeUp(): Promise<void> {
    const { ari, owners } = this.#context;
    const channels = readList(await ari.run('channels', 'list'), readChannel);
    const waiting = channels.filter(
      (channel) =>
        channel.appName === 'Stasis' &&
        channel.appData?.split(',')[0] === ari.app &&
        (channel.state === 'Ring' || channel.state === 'Ringing') &&
        !channel.id.startsWith(PROBE_PREFIX) &&
        sourceOf(channel) !== undefined,
    );
    for (const channel of waiting) {
      if (owners.has(channel.id) || (await this.#isLeg(channel.id)) || owners.has(channel.id)) continue;
      this.#context.log.warn({ channelId: channel.id }, 'a call whose arrival was missed is taken');
      this.arrived(channel);
    }
  }

  /** Whether the channel belongs, or once belonged, to a leg. */
  async #isLeg(channelId: string): Promise<boolean> {
    try {
      await this.#context.ari.run('channels', 'getChannelVar', { channelId, variable: LEG_VARIABLE });
      return true;
    } catch (error) {
      // ARI answers 404 for a missing variable as for a missing channel.
      if (error instanceof AriError && error.code === 'gone') return false;
      throw error;
    }
  }

  /** What happened to the channel since it arrived; undefined when it is not on offer, or no longer. */
  take(channelId: string): readonly AriEvent[] | undefined {
    const offer = this.#offers.get(channelId);
    if (offer === undefined) return undefined;
    this.#forget(channelId, offer);
    return offer.kept;
  }

  /** Ends an offered channel. */
  async refuse(channelId: string, reason: HangUpReason): Promise<void> {
    const offer = this.#offers.get(channelId);
    if (offer !== undefined) this.#forget(channelId, offer);
    await this.#hangUp(channelId, ARI_REASONS[reason]);
  }

  /** Whether this channel is on offer. */
  has(channelId: string): boolean {
    return this.#offers.has(channelId);
  }

  close(): void {
    for (const [channelId, offer] of this.#offers) this.#forget(channelId, offer);
  }

  async #offer(channel: AriChannel, sender: Sender, dialled: string, offer: Offer): Promise<void> {
    const { id } = channel;
    const [headers, called] = await Promise.all([
      this.#readHeaders(channel),
      this.#calledNumber(id, sender, dialled),
    ]);
    if (!this.#offers.has(id)) return;
    if (offer.kept.some(({ type }) => type === 'end' || type === 'left')) {
      return this.#forget(id, offer);
    }
    const source = sender.kind === 'proxy' ? clientIn(headers) : sender;
    if (source === undefined) return void this.refuse(id, 'forbidden');
    const valuesOf = (wanted: string) => headers.flatMap(([name, value]) => (name === wanted ? [value] : []));
    // Asterisk itself reads only sip: addresses.
    const forwardedFrom =
      channel.forwardedFrom ?? namedIn(valuesOf(DIVERSION)[0] ?? '') ?? forwarderIn(valuesOf(HISTORY));
    // Whom a trunk asserts, but asks to tell nobody.
    const isNamed = channel.callerNumber !== undefined && channel.callerNumber !== ANONYMOUS;
    const isPrivate = source.kind === 'trunk' && isNamed && valuesOf(PRIVACY).some(asksForPrivacy);
    const caller = isPrivate ? undefined : channel.callerNumber;
    // Asterisk keeps the backslashes of a quoted name, and escapes them again when it sends the name on.
    const callerName = isPrivate ? undefined : channel.callerName?.replace(/\\(.)/g, '$1');
    this.#context.inbound(
      compact({
        channelId: id,
        source,
        dialled: called,
        from: source.kind === 'client' ? source.login : (caller ?? ANONYMOUS),
        sipHeaders: headers.filter(([name]) => ![HISTORY, PRIVACY].includes(name) && !isOwnHeader(name)),
        callerName,
        forwardedFrom,
      }),
    );
  }

  /** When a trunk calls the contact that we registered with it, the number that was called is in To. */
  async #calledNumber(channelId: string, source: Sender, dialled: string): Promise<string> {
    if (source.kind !== 'trunk' || dialled !== source.trunkSid) return dialled;
    const variable = 'PJSIP_HEADER(read,To)';
    const header = (await this.#variables(channelId, [variable]))[variable] ?? '';
    return namedIn(header) ?? dialled;
  }

  async #readHeaders(channel: AriChannel): Promise<Parameters> {
    // The names of all headers: one of those that begin somehow would be an error when there is none.
    const list = 'PJSIP_HEADERS()';
    const said = channel.headerNames ?? (await this.#variables(channel.id, [list]))[list] ?? '';
    const all = said.split(',');
    const names = all.filter((name) => /^X-[\w.-]+$/i.test(name));
    if (all.some((name) => name.toLowerCase() === DIVERSION.toLowerCase())) names.push(DIVERSION);
    for (const read of [HISTORY, PRIVACY]) {
      names.push(...all.flatMap((name) => (name.toLowerCase() === read.toLowerCase() ? [read] : [])));
    }
    if (names.length === 0) return [];
    const seen = new Map<string, number>();
    const asked = names.map((name) => {
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      return { name, variable: `PJSIP_HEADER(read,${name}${nth === 1 ? '' : `,${nth}`})` };
    });
    const values = await this.#variables(
      channel.id,
      asked.map((one) => one.variable),
    );
    return asked.flatMap(({ name, variable }) => {
      const value = values[variable];
      return value === undefined ? [] : [[name, value] as const];
    });
  }

  async #variables(
    channelId: string,
    names: readonly string[],
  ): Promise<Readonly<Record<string, string | undefined>>> {
    try {
      const answer = await this.#context.ari.run('channels', 'getChannelVars', {
        channelId,
        variables: names.join(','),
      });
      const found = fields(fields(answer)?.['variables']) ?? {};
      return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, text(value)]));
    } catch (error) {
      this.#context.log.debug({ channelId, reason: String(error) }, 'cannot read headers of a call');
      return {};
    }
  }

  #forget(channelId: string, offer: Offer): void {
    offer.stopTimer();
    this.#offers.delete(channelId);
    this.#context.owners.delete(channelId);
  }

  async #hangUp(channelId: string, reason: string): Promise<void> {
    await attempt(
      this.#context,
      channelId,
      this.#context.ari.run('channels', 'hangup', { channelId, reason }),
    );
  }
}

/** The client that calls through the proxy, which is the only one to set this header. */
function clientIn(headers: Parameters): InboundCall['source'] | undefined {
  const login = headers.find(([name]) => name.toLowerCase() === PROXY_HEADERS.client.toLowerCase())?.[1];
  return login === undefined || login === '' ? undefined : { kind: 'client', login: login.toLowerCase() };
}

/** The caller, according to the endpoint that Asterisk matched: `PJSIP/<login or trunk's sid>-<hex>`. */
export function sourceOf(channel: AriChannel): Sender | undefined {
  const endpoint = /^PJSIP\/(.+)-[0-9a-f]{8}$/.exec(channel.name)?.[1];
  if (endpoint === undefined) return undefined;
  // Another switch's, which has no ticket (any more).
  if (endpoint === LINK_ENDPOINT) return undefined;
  if (endpoint === PROXY_ENDPOINT) return { kind: 'proxy' };
  if (/^TK[0-9a-f]{32}$/.test(endpoint)) return { kind: 'trunk', trunkSid: endpoint };
  // A client also has an endpoint named after its login as the user spelled it, and one for its browser phones.
  return { kind: 'client', login: loginOfEndpoint(endpoint) };
}
