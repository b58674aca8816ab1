import type { Admission } from '../call/admission.ts';
import type { Leg } from '../call/leg.ts';
import type { LiveLeg } from '../call/live-leg.ts';
import type { InboundCall } from '../call/ports.ts';
import { inboundStatusCallback, numberOf, type Route, routeInbound } from '../call/routing.ts';
import { newSid } from '../call/sids.ts';
import { type RunCallOptions, runCall } from './call-runner.ts';
import type { CallRuns } from './call-runs.ts';
import { callStart } from './call-start.ts';
import type { InterpreterServices } from './document-runner.ts';

export interface CallServices extends InterpreterServices {
  readonly admission: Admission;
  readonly runs: CallRuns;
  /** Told of an inbound call that became no leg. */
  onRefused(call: InboundCall, why: string): void;
  onBug: RunCallOptions['onBug'];
}

/** Takes one inbound call from its INVITE to its end; resolves when all of it is over. Never rejects. */
export async function takeInboundCall(call: InboundCall, services: CallServices): Promise<void> {
  try {
    const route = services.admission.admit() ? await routeInbound(call, services.directory) : OVERLOADED;
    if (route.kind === 'refuse') {
      services.onRefused(call, route.why);
      return await services.control.refuse(call.channelId, route.reason);
    }
    const live = await begin(call, route, services);
    if (live === undefined) {
      services.onRefused(call, 'All channels of its trunk are in use');
      return await services.control.refuse(call.channelId, 'overload');
    }
    services.calls.add(live);
    services.control.accept(call.channelId, live.sid);
    await services.control.startRinging(live.sid);
    await runRoute(live, route, services);
  } catch (error) {
    // The directory or the journal could not be read or written: nothing was acknowledged, nobody is told.
    services.onRefused(call, error instanceof Error ? error.message : 'The call could not be taken');
    await services.control.refuse(call.channelId, 'overload');
  }
}

type Run = Extract<Route, { kind: 'run' }>;

const OVERLOADED: Route = {
  kind: 'refuse',
  reason: 'overload',
  why: 'Too many calls, or Legwork is stopping',
};

/** Makes the leg, which holds a channel of its trunk until it has ended; undefined when there is none. */
async function begin(
  call: InboundCall,
  route: Run,
  { calls, clock, directory, journal }: CallServices,
): Promise<LiveLeg | undefined> {
  const { source } = call;
  const trunk = source.kind === 'trunk' ? await directory.trunk(source.trunkSid) : undefined;
  const release = trunk === undefined ? () => undefined : calls.trunks.take(trunk.sid, trunk.maxChannels);
  if (release === undefined) return undefined;
  try {
    const live = await journal.begin(legOf(call, route, clock.now()), { type: 'arrive' });
    void live.ended.then(release);
    return live;
  } catch (error) {
    release();
    throw error;
  }
}

function legOf(call: InboundCall, route: Run, now: number): Leg {
  const statusCallback = inboundStatusCallback(route.voice);
  return {
    sid: newSid('CA'),
    accountSid: route.accountSid,
    direction: 'inbound',
    // A client's login stays as it is, whatever it looks like.
    from: call.source.kind === 'client' ? call.from : numberOf(call.from),
    to: route.to,
    sipHeaders: call.sipHeaders,
    voice: route.voice,
    channelId: call.channelId,
    createdAt: now,
    ...(call.callerName === undefined ? {} : { callerName: call.callerName }),
    ...(call.forwardedFrom === undefined ? {} : { forwardedFrom: numberOf(call.forwardedFrom) }),
    ...(route.phoneNumberSid === undefined ? {} : { phoneNumberSid: route.phoneNumberSid }),
    ...(call.source.kind === 'trunk' ? { trunkSid: call.source.trunkSid } : {}),
    ...(statusCallback === undefined ? {} : { statusCallback }),
  };
}

async function runRoute(live: LiveLeg, route: Run, services: CallServices): Promise<void> {
  const start = route.document === undefined ? callStart(route.voice) : { first: { text: route.document } };
  if (start !== undefined) await runCall({ ...services, ...start, live });
}
