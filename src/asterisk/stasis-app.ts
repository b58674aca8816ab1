import { readPhoneNumber } from '../call/routing/phone-number.ts';
import { decodedUser, readSipAddress } from '../call/routing/sip-address.ts';
import type { HangUpReason, InboundCall } from '../call/call-control.ts';
import type { Parameters } from '../call/request-parameters.ts';
import { AriError } from './ari/ari-error.ts';
import { fields, readChannel, readList, text, type AriChannel } from './ari/ari-objects.ts';
import type { AriEvent } from './ari/events.ts';
import { PROBE_PREFIX } from './sip-accounts/sip-accounts.ts';
import { LISTENER_PREFIX } from './legs/talk-recorder.ts';
import {
  ARI_REASONS,
  attempt,
  LEG_VARIABLE,
  type ChannelOwner,
  type LegContext,
} from './legs/leg-context.ts';

/** Somebody must decide about an offered call; after this time it is refused. */
const DECISION_MS = 30_000;
const DIVERSION = 'Diversion';
const DISPLAY_NAME = /"(?:\\.|[^"\\])*"/g;

/** An inbound channel that is no leg yet. What happens to it is kept for the leg that it may become. */
interface Offer extends ChannelOwner {
  readonly kept: AriEvent[];
  stopTimer(): void;
}

/** Takes in the channels that the dialplan hands us, and offers each as a call with all that is known of it. */
export class StasisApp {
  readonly #context: LegContext;
  readonly #offers = new Map<string, Offer>();

  constructor(context: LegContext) {
    this.#context = context;
  }

  /** A channel that nobody owns entered our application. */
  arrived(channel: AriChannel): void {
    if (channel.id.startsWith(PROBE_PREFIX) || channel.id.startsWith(LISTENER_PREFIX)) return;
    const source = sourceOf(channel);
    if (source === undefined || channel.exten === undefined || channel.state === 'Down') {
      // What an earlier process made, or nothing that can be a call.
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
   * Offers the calls that wait in our application and that nobody knows: their arrival was told to a process
   * that died, or into a connection that was cut. Rejects with AriError when Asterisk does not answer.
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
      this.#context.log.warn({ channelId: channel.id }, 'a call whose arrival was not heard of is taken');
      this.arrived(channel);
    }
  }

  /** Whether it belongs, or belonged, to a leg. */
  async #isLeg(channelId: string): Promise<boolean> {
    try {
      await this.#context.ari.run('channels', 'getChannelVar', { channelId, variable: LEG_VARIABLE });
      return true;
    } catch (error) {
      // Without the variable and without the channel it is "gone" alike.
      if (error instanceof AriError && error.code === 'gone') return false;
      throw error;
    }
  }

  /** What happened to the channel since it arrived; undefined when it is not on offer (any more). */
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

  /** Whether this channel waits for a decision. */
  has(channelId: string): boolean {
    return this.#offers.has(channelId);
  }

  close(): void {
    for (const [channelId, offer] of this.#offers) this.#forget(channelId, offer);
  }

  async #offer(
    channel: AriChannel,
    source: InboundCall['source'],
    dialled: string,
    offer: Offer,
  ): Promise<void> {
    const { id } = channel;
    const { ari } = this.#context;
    const eventSource = `channel:${id}`;
    const [, sipHeaders, called] = await Promise.all([
      // Without it an inbound channel that was never bridged ends without ChannelDestroyed.
      attempt(
        this.#context,
        id,
        ari.run('applications', 'subscribe', { applicationName: ari.app, eventSource }),
      ),
      this.#readHeaders(channel),
      this.#calledNumber(channel.id, source, dialled),
    ]);
    if (!this.#offers.has(id)) return;
    if (offer.kept.some(({ type }) => type === 'end' || type === 'left')) {
      return this.#forget(id, offer);
    }
    const diversion = sipHeaders.find(([name]) => name === DIVERSION)?.[1];
    // Asterisk itself reads sip: addresses only.
    const forwardedFrom = channel.forwardedFrom ?? namedIn(diversion ?? '');
    // Asterisk leaves the backslashes of a quoted name in, and puts new ones before them when it sends it on.
    const callerName = channel.callerName?.replace(/\\(.)/g, '$1');
    this.#context.inbound({
      channelId: id,
      source,
      dialled: called,
      from: source.kind === 'client' ? source.login : (channel.callerNumber ?? 'anonymous'),
      sipHeaders,
      ...(callerName === undefined ? {} : { callerName }),
      ...(forwardedFrom === undefined ? {} : { forwardedFrom }),
    });
  }

  /** A call to the contact that we registered with a trunk names in To whom it is for. */
  async #calledNumber(channelId: string, source: InboundCall['source'], dialled: string): Promise<string> {
    if (source.kind !== 'trunk' || dialled !== source.trunkSid) return dialled;
    const variable = 'PJSIP_HEADER(read,To)';
    const header = (await this.#variables(channelId, [variable]))[variable] ?? '';
    return namedIn(header) ?? dialled;
  }

  async #readHeaders(channel: AriChannel): Promise<Parameters> {
    const [own, diverted] = await Promise.all(
      // Asking for a header that is not there is an error, and one error fails the whole request.
      ['X-', DIVERSION].map(async (start) => {
        const variable = `PJSIP_HEADERS(${start})`;
        return ((await this.#variables(channel.id, [variable]))[variable] ?? '').split(',');
      }),
    );
    const names = (own ?? []).filter((name) => /^X-[\w.-]+$/i.test(name));
    if (diverted?.some((name) => name.toLowerCase() === DIVERSION.toLowerCase())) names.push(DIVERSION);
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

/** Whom a header such as To or Diversion names first, by a SIP address or a tel: URI. */
function namedIn(header: string): string | undefined {
  const [, bracketed, bare = ''] = /<([^>]*)>|^\s*([^;\s]*)/.exec(header.replace(DISPLAY_NAME, '')) ?? [];
  const uri = bracketed ?? bare;
  const read = readSipAddress(uri);
  const name = read.ok ? decodedUser(read.address.user) : uri;
  return readPhoneNumber(name) ?? (/^[A-Za-z0-9._+*#-]{1,64}$/.test(name) ? name : undefined);
}

/** Who called, by the endpoint that Asterisk matched: `PJSIP/<login or trunk's sid>-<hex>`. */
export function sourceOf(channel: AriChannel): InboundCall['source'] | undefined {
  const endpoint = /^PJSIP\/(.+)-[0-9a-f]{8}$/.exec(channel.name)?.[1];
  if (endpoint === undefined) return undefined;
  if (/^TK[0-9a-f]{32}$/.test(endpoint)) return { kind: 'trunk', trunkSid: endpoint };
  // A client has an endpoint for its login as it is spelled, too.
  return { kind: 'client', login: endpoint.toLowerCase() };
}
