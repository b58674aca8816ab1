import { compact } from '../../call/compact.ts';
import { type Admission, callerOf } from '../../call/routing/admission.ts';
import type { CallerPace } from '../../call/routing/caller-pace.ts';
import type { Leg } from '../../call/leg/leg.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { standardParameters } from '../../call/leg/parameters.ts';
import type { HangUpReason, InboundCall } from '../../call/call-control.ts';
import { inboundStatusCallback, numberOf, type Route, routeInbound } from '../../call/routing/routing.ts';
import type { Messages } from '../../call/message/messages.ts';
import { newSid } from '../../call/sids.ts';
import { type RunCallOptions, runCall } from './call-runner.ts';
import type { CallRuns } from './call-runs.ts';
import { type CallStart, callStart } from './call-start.ts';
import type { InterpreterServices } from './document-runner.ts';
import { firstPosition } from './next-step.ts';
import type { Position } from './position.ts';

export interface CallServices extends InterpreterServices {
  readonly messages: Messages;
  readonly admission: Admission;
  readonly pace: CallerPace;
  readonly runs: CallRuns;
  /** Told of an inbound call that was refused, and so became no leg. */
  onRefused(call: InboundCall, why: string, reason: HangUpReason): void;
  onBug: RunCallOptions['onBug'];
}

/** Takes one inbound call from its INVITE to its end; resolves when all of it is over. Never rejects. */
export async function takeInboundCall(call: InboundCall, services: CallServices): Promise<void> {
  try {
    const route = await routeWhereRoom(call, services);
    if (route.kind === 'refuse') return await refuse(call, route, services);
    const begun = await begin(call, route, services);
    if ('reason' in begun) return await refuse(call, begun, services);
    const { live } = begun;
    services.calls.add(live);
    services.control.accept(call.channelId, live.sid);
    // The document is requested meanwhile.
    const ready = services.control.startRinging(live.sid);
    await runRoute(begun, services, ready);
  } catch (error) {
    // The directory could not be read, or the journal not written: there is no leg, and no callback is owed.
    const why = error instanceof Error ? error.message : 'The call could not be taken';
    services.onRefused(call, why, 'overload');
    await services.control.refuse(call.channelId, 'overload');
  }
}

type Refusal = Extract<Route, { kind: 'refuse' }>;

async function refuse(call: InboundCall, { reason, why }: Refusal, services: CallServices): Promise<void> {
  services.onRefused(call, why, reason);
  const { source } = call;
  if (source.kind === 'client') await services.pace.beforeRefusal(source.login);
  await services.control.refuse(call.channelId, reason);
}

/** Looks nothing up when there is no room for the call; takes no place yet, because the call may be refused anyway. */
async function routeWhereRoom(call: InboundCall, { admission, directory }: CallServices): Promise<Route> {
  const { source } = call;
  const hasRoom = admission.hasRoom(source.kind === 'client' ? source.login : undefined);
  return hasRoom ? await routeInbound(call, directory) : OVERLOADED;
}

type Run = Extract<Route, { kind: 'run' }>;

const OVERLOADED: Refusal = {
  kind: 'refuse',
  reason: 'overload',
  why: 'There are too many calls, the database cannot write, or Legwork is stopping',
};
const TRUNK_FULL: Refusal = {
  kind: 'refuse',
  reason: 'overload',
  why: 'All channels of its trunk are in use',
};

/** A leg, and what it runs, with the position at which it was written. */
interface Begun {
  readonly live: LiveLeg;
  readonly run?: CallStart & { readonly position: Position };
}

/** Makes the leg, which holds its place and a channel of its trunk until it has ended. */
async function begin(call: InboundCall, route: Run, services: CallServices): Promise<Begun | Refusal> {
  const { admission, calls, clock, directory, journal, pace } = services;
  const { source } = call;
  const trunk = source.kind === 'trunk' ? await directory.trunk(source.trunkSid) : undefined;
  const channel = trunk === undefined ? () => undefined : calls.trunks.take(trunk.sid, trunk.maxChannels);
  if (channel === undefined) return TRUNK_FULL;
  const leg = legOf(call, route, clock.now());
  const place = admission.admit(callerOf(leg));
  const release = () => {
    place?.();
    channel();
  };
  try {
    if (place === undefined) {
      release();
      return OVERLOADED;
    }
    await pace.beforeCall(leg.accountSid);
    if (admission.closed) {
      release();
      return OVERLOADED;
    }
    const run = runOf(leg, route, services);
    const live = await journal.begin(leg, { type: 'arrive' }, run?.position);
    void live.ended.then(release);
    return compact({ live, run });
  } catch (error) {
    release();
    throw error;
  }
}

function legOf(call: InboundCall, route: Run, now: number): Leg {
  const statusCallback = inboundStatusCallback(route.voice);
  return compact({
    sid: newSid('CA'),
    accountSid: route.accountSid,
    direction: 'inbound',
    // A client's login stays as it is, even if it looks like a number.
    from: call.source.kind === 'client' ? call.from : numberOf(call.from),
    to: route.to,
    sipHeaders: call.sipHeaders,
    voice: route.voice,
    channelId: call.channelId,
    createdAt: now,
    callerName: call.callerName,
    ...(call.forwardedFrom === undefined ? {} : { forwardedFrom: numberOf(call.forwardedFrom) }),
    phoneNumberSid: route.phoneNumberSid,
    ...(call.source.kind === 'trunk' ? { trunkSid: call.source.trunkSid } : {}),
    statusCallback,
  });
}

function runOf(leg: Leg, route: Run, services: CallServices): Begun['run'] {
  const start = route.document === undefined ? callStart(route.voice) : { first: { text: route.document } };
  if (start === undefined) return undefined;
  const parameters = standardParameters(leg, 'ringing');
  const facts = { now: services.clock.now(), parameters, newToken: () => services.newToken() };
  return { ...start, position: firstPosition(start, facts) };
}

async function runRoute({ live, run }: Begun, services: CallServices, ready: Promise<void>): Promise<void> {
  if (run === undefined) await ready;
  else await runCall({ ...services, ...run, live, ready });
}
