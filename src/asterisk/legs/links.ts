import type { LegEnd } from '../../call/leg/outcome.ts';
import { LINK_ENDPOINT, PROXY_HEADERS } from '../../call/routing/sip-names.ts';
import { readBridge, readList } from '../ari/ari-objects.ts';
import { BRIDGE_NAME, leave } from './bridges.ts';
import { Channel, type ChannelLeg } from './channel.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { createChannel, dialChannel } from './dialling.ts';
import { InboundLeg } from './inbound-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** The ids of channels and bridges of internal calls between switches begin with this; a CallSid follows. */
export const LINK_PREFIX = 'link.';
const ANSWERED_WITHIN_S = 10;
const NO_ROUTE: LegEnd = { q850: 3, why: 'no route' };

/** Where a link leads, and with what it is let in there. */
export interface LinkTarget {
  /** `host:port` at which the other switch takes SIP. */
  readonly address: string;
  readonly ticket: string;
  /** What switches know each other by. */
  readonly key: string;
}

/** An internal call that leads one of our legs to another switch, while it stands. */
export interface Link {
  /** Aborts when it has ended, for whatever reason. */
  readonly ended: AbortSignal;
  /** Ends it; the leg goes on. */
  close(): Promise<void>;
}

/** Whether this is a channel on which another switch calls this one. */
export function isGuestChannel({ id, name }: { readonly id: string; readonly name: string }): boolean {
  return name.startsWith(`PJSIP/${LINK_ENDPOINT}-`) && !id.startsWith(LINK_PREFIX);
}

/** The leg of an internal call that came from another switch, in place of a leg there; it tells the core nothing. */
export function guestLeg(context: LegContext, channelId: string, callSid: string): InboundLeg {
  const legs = { input: () => undefined, digit: () => undefined };
  return new InboundLeg({ ...context, legs }, { channelId, callSid });
}

/** Connects a leg with another switch: one that stands since a former process is taken over. Undefined: it could not be made. */
export async function openLink(
  context: LegContext,
  leg: ControlledLeg,
  target: LinkTarget,
): Promise<Link | undefined> {
  const ended = new AbortController();
  const standing = await standingLink(context, leg);
  const far = standing ?? (await call(context, leg, target, ended));
  if (far === undefined) return undefined;
  if (standing !== undefined) watch(context, far, leg, ended);
  const bridgeId = await connect(context, leg, far);
  const close = async () => {
    if (bridgeId !== undefined) await leave(context, bridgeId, [leg]);
    await attempt(context, leg.callSid, context.ari.run('channels', 'hangup', { channelId: far }));
    ended.abort();
  };
  if (bridgeId === undefined) {
    await close();
    return undefined;
  }
  leg.ended.addEventListener('abort', () => void close(), { once: true });
  if (leg.ended.aborted) void close();
  return { ended: ended.signal, close };
}

/** The bridge in which the leg is with a link since before a takeover. */
async function standingLink(context: LegContext, leg: ControlledLeg): Promise<string | undefined> {
  const bridges = readList(await context.ari.run('bridges', 'list'), readBridge);
  const own = bridges.find(({ id }) => id.startsWith(`${LINK_PREFIX}${leg.callSid}.`));
  return own?.channelIds.find((id) => id.startsWith(`${LINK_PREFIX}${leg.callSid}.`));
}

async function call(
  context: LegContext,
  leg: ControlledLeg,
  { address, ticket, key }: LinkTarget,
  ended: AbortController,
): Promise<string | undefined> {
  const channelId = `${LINK_PREFIX}${leg.callSid}.${crypto.randomUUID()}`;
  const answered = new Promise<boolean>((resolve) => {
    const far = new Channel(
      context,
      { channelId, callSid: leg.callSid, isOurs: true },
      farEnd(resolve, ended),
    );
    void createChannel(far, {
      dial: `PJSIP/${LINK_ENDPOINT}/sip:${ticket}@${address};transport=tcp`,
      variables: { [`PJSIP_HEADER(add,${PROXY_HEADERS.key})`]: key },
      refused: NO_ROUTE,
    });
  });
  return (await answered) ? channelId : undefined;
}

function farEnd(resolve: (isAnswered: boolean) => void, ended: AbortController): ChannelLeg {
  return {
    started: (channel) => void dialChannel(channel, ANSWERED_WITHIN_S),
    ringing: () => undefined,
    answered: () => resolve(true),
    digit: () => undefined,
    talk: () => undefined,
    end: () => {
      resolve(false);
      ended.abort();
    },
  };
}

/** A former process made it. */
function watch(context: LegContext, channelId: string, leg: ControlledLeg, ended: AbortController): void {
  const far = new Channel(
    context,
    { channelId, callSid: leg.callSid, isOurs: true },
    farEnd(() => undefined, ended),
  );
  far.created();
}

async function connect(context: LegContext, leg: ControlledLeg, far: string): Promise<string | undefined> {
  const { channelId } = leg;
  if (channelId === undefined || leg.ended.aborted) return undefined;
  const bridges = readList(await context.ari.run('bridges', 'list'), readBridge);
  const standing = bridges.find(
    ({ channelIds }) => channelIds.includes(far) && channelIds.includes(channelId),
  );
  if (standing !== undefined) return standing.id;
  const bridgeId = `${LINK_PREFIX}${leg.callSid}.${crypto.randomUUID()}`;
  const run = (operation: string, parameters: object) =>
    attempt(context, leg.callSid, context.ari.run('bridges', operation, { bridgeId, ...parameters }));
  // Digits of the leg are the leg's: they are reported here, and go no further.
  if (!(await run('createWithId', { type: 'mixing,dtmf_events', name: BRIDGE_NAME }))) return undefined;
  return (await run('addChannel', { channel: `${channelId},${far}` })) ? bridgeId : undefined;
}
