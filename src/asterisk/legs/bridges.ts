import type { Bridge, ConnectOptions } from '../../call/call-control.ts';
import { readBridge, readList } from '../ari/ari-objects.ts';
import { readEvent } from '../ari/events.ts';
import type { ControlledLeg, StandingBridge } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** The name of all our bridges, by which reconcile.ts finds them. */
export const BRIDGE_NAME = 'legwork';
/** The id of a bridge that `connectLegs` made begins with a CallSid; that of a room's bridge, with the room's sid. */
const TALK = /^CA[0-9a-f]{32}\./;
/** Channels leave a destroyed bridge within milliseconds. */
const LEAVE_DEADLINE_MS = 1_000;

/** Lets two legs talk in a new mixing bridge, which is destroyed with the first leg that ends. */
export async function connectLegs(
  context: LegContext,
  [first, second]: readonly [ControlledLeg, ControlledLeg],
  options: ConnectOptions = {},
): Promise<Bridge | undefined> {
  await second.joining;
  const channels = [first.channelId, second.channelId];
  if (channels.includes(undefined) || first.ended.aborted || second.ended.aborted) return undefined;
  const standing = takeOver(first, second);
  // Asterisk has crashed on an id that was used before.
  const bridgeId = standing ?? `${first.callSid}.${crypto.randomUUID()}`;
  const of = (work: Promise<unknown>) => attempt(context, first.callSid, work);
  let destroyed: Promise<void> | undefined;
  const destroy = () => {
    destroyed ??= leave(context, bridgeId, [first, second]).then(() => {
      first.ended.removeEventListener('abort', destroyLater);
      second.ended.removeEventListener('abort', destroyLater);
    });
    return destroyed;
  };
  const destroyLater = () => void destroy();
  first.ended.addEventListener('abort', destroyLater);
  second.ended.addEventListener('abort', destroyLater);
  const joined =
    standing !== undefined || (await of(join(context, { bridgeId, type: typeOf(options) }, channels)));
  if (!joined || first.ended.aborted || second.ended.aborted) {
    // A leg may have ended before the bridge was there, and then its `destroy` came too early.
    destroyed = undefined;
    await destroy();
    return undefined;
  }
  return { id: bridgeId, disconnect: destroy };
}

/** Destroys the bridge. Until a channel has left it, Asterisk cannot play anything on that channel. */
export async function leave(
  context: LegContext,
  bridgeId: string,
  legs: readonly ControlledLeg[],
): Promise<void> {
  const callSid = legs[0]?.callSid ?? '';
  const destroyed = attempt(context, callSid, context.ari.run('bridges', 'destroy', { bridgeId }));
  const left = Promise.all(legs.map((leg) => hasLeft(context, bridgeId, leg)));
  // If there was no bridge to destroy, no channel has to leave one.
  const out = destroyed.then((done) => (done ? left : undefined)).then(() => undefined);
  for (const leg of legs) leg.departure = out;
  await out;
}

/** Remembers that these legs are in a bridge; `destroy` runs when the first one ends, unless somebody takes it over before. */
function stand(id: string, legs: readonly ControlledLeg[], destroy: () => void): void {
  const owner = new AbortController();
  const standing: StandingBridge = { id, takeOver: () => owner.abort() };
  for (const leg of legs) {
    leg.standing = standing;
    leg.ended.addEventListener('abort', destroy, { once: true, signal: owner.signal });
  }
}

function hasLeft(context: LegContext, bridgeId: string, leg: ControlledLeg): Promise<void> {
  const { channelId } = leg;
  return new Promise((resolve) => {
    const done = () => {
      off();
      stopTimer();
      leg.ended.removeEventListener('abort', done);
      resolve();
    };
    const off = context.ari.onEvent((value) => {
      const event = readEvent(value);
      if (event?.type !== 'left-bridge' || event.bridgeId !== bridgeId) return;
      if (event.channelId === channelId) done();
    });
    const stopTimer = context.clock.after(LEAVE_DEADLINE_MS, done);
    leg.ended.addEventListener('abort', done);
    if (leg.ended.aborted) done();
  });
}

/** Without `dtmf_events` the native bridge passes digits on without reporting them. */
function typeOf({ reportDigits = false }: ConnectOptions): string {
  return reportDigits ? 'mixing,dtmf_events' : 'mixing';
}

async function join(
  { ari }: LegContext,
  { bridgeId, type }: { readonly bridgeId: string; readonly type: string },
  channels: readonly (string | undefined)[],
): Promise<void> {
  await ari.run('bridges', 'createWithId', { bridgeId, type, name: BRIDGE_NAME });
  await ari.run('bridges', 'addChannel', { bridgeId, channel: channels.join(',') });
}

/** Takes over the bridge that these two are in already; undefined when there is none. */
function takeOver(first: ControlledLeg, second: ControlledLeg): string | undefined {
  const { standing } = first;
  if (standing === undefined || standing !== second.standing) return undefined;
  standing.takeOver();
  return standing.id;
}

/**
 * Adopts the talks that a former process connected. Each bridge is destroyed with the first of its legs that ends, even
 * if that one has ended before. Rejects with AriError.
 */
export async function adoptTalks(context: LegContext, legs: readonly ControlledLeg[]): Promise<void> {
  const bridges = readList(await context.ari.run('bridges', 'list'), readBridge);
  for (const { id, name, channelIds } of bridges) {
    if (name !== BRIDGE_NAME || !TALK.test(id)) continue;
    const members = legs.filter(({ channelId }) => channelId !== undefined && channelIds.includes(channelId));
    const destroy = () => void leave(context, id, members);
    if (members.length < 2 || members.some((leg) => leg.ended.aborted)) {
      destroy();
      continue;
    }
    stand(id, members, destroy);
  }
}

/** The two legs of a call that the callee has not answered yet. */
export interface EarlyPair {
  readonly caller: ControlledLeg;
  readonly callee: ControlledLeg;
  /** The callee's only channel. */
  readonly channelId: string;
}

/** Lets the caller hear the callee before it answers. */
export async function connectEarly(
  context: LegContext,
  { caller, callee, channelId }: EarlyPair,
): Promise<void> {
  const { ari } = context;
  const callers = caller.channelId;
  if (callers === undefined) return;
  if (caller.ended.aborted || callee.ended.aborted || callee.isAnswered) return;
  const of = (work: Promise<unknown>) => attempt(context, caller.callSid, work);
  const onCaller = (operation: string) => of(ari.run('channels', operation, { channelId: callers }));
  const bridgeId = `${caller.callSid}.${crypto.randomUUID()}`;
  // The caller's digits may have to end the talk, and the type cannot be changed later.
  const type = typeOf({ reportDigits: true });
  // Sends 183 with a session description; an answered caller hears the bridge anyway.
  if (!caller.isAnswered) await onCaller('progress');
  const destroy = () => void leave(context, bridgeId, [caller]);
  if (!(await of(join(context, { bridgeId, type }, [callers, channelId])))) return destroy();
  if (caller.ended.aborted || callee.ended.aborted) return destroy();
  stand(bridgeId, [caller, callee], destroy);
  if (!caller.isAnswered || callee.isAnswered) return;
  // The tone goes on until the first packet replaces it: mobile networks describe a session long before it has sound.
  await onCaller('ring');
  if (callee.isAnswered) await onCaller('ringStop');
}
