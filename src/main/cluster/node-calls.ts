import {
  type CallService,
  NoAsteriskError,
  type RecordingService,
  StoppingError,
  type StreamService,
} from '../../api/ports.ts';
import type { ApiDeps } from '../../api/api-deps.ts';
import type { CallRepository } from '../../records/repositories.ts';
import { callService } from '../calls/call-service.ts';
import { recordingService } from '../calls/recording-service.ts';
import { streamService } from '../calls/stream-service.ts';
import type { HeldSwitches } from './held-switches.ts';
import { roomOf } from './held-switches.ts';
import type { NodeFoundation } from './node-foundation.ts';
import type { SwitchUnit } from './switch-unit.ts';

/** What REST can do with the calls of all switches that this node drives; requests about other ones were forwarded before. */
export function nodeCallService(
  node: NodeFoundation,
  held: HeldSwitches,
  isStopping: () => boolean,
): CallService {
  const { calls } = node.store.repositories;
  const of = (unit: SwitchUnit) => serviceOf(unit, calls);
  const driving = (callSid: string) =>
    held.ready.find(({ machinery }) => machinery.services.calls.get(callSid) !== undefined);
  return {
    async create(order) {
      if (isStopping()) throw new StoppingError();
      const unit = roomiest(held, node.config.maxCalls);
      if (unit === undefined) throw new NoAsteriskError();
      return await of(unit).create(order);
    },
    async end(accountSid, callSid, as) {
      const unit = driving(callSid);
      if (unit !== undefined) return await of(unit).end(accountSid, callSid, as);
      return (await calls.find(accountSid, callSid)) === undefined ? 'not-found' : 'already-over';
    },
    async modify(accountSid, callSid, change) {
      const unit = driving(callSid);
      if (unit !== undefined) return await of(unit).modify(accountSid, callSid, change);
      return (await calls.find(accountSid, callSid)) === undefined ? 'not-found' : 'already-over';
    },
  };
}

/** The switch of this node that takes most calls; undefined when none can be reached. */
export function roomiest(held: HeldSwitches, maxCalls: number): SwitchUnit | undefined {
  const reachable = held.ready.filter(({ foundation }) => foundation.ari.state() === 'up');
  return reachable.toSorted((one, other) => roomOf(other, maxCalls) - roomOf(one, maxCalls))[0];
}

function serviceOf({ foundation, machinery }: SwitchUnit, calls: CallRepository): CallService {
  return callService(machinery.services, calls, () => foundation.ari.state() === 'up');
}

/** The queues of all switches that this node drives; a new one is on the switch that takes most calls. */
export function nodeQueues(held: HeldSwitches, maxCalls: number): ApiDeps['queues'] {
  const of = (sid: string) =>
    held.ready
      .map(({ machinery }) => machinery.services.queues)
      .find((queues) => queues.bySid(sid) !== undefined);
  return {
    async create(settings) {
      const unit = roomiest(held, maxCalls);
      if (unit === undefined) throw new NoAsteriskError();
      return await unit.machinery.services.queues.create(settings);
    },
    change: async (sid, change) => await of(sid)?.change(sid, change),
    remove: async (sid) => (await of(sid)?.remove(sid)) ?? 'not-found',
    takeOut: async (sid, callSid) => await of(sid)?.takeOut(sid, callSid),
    move: async (sid, callSid, position) => await of(sid)?.move(sid, callSid, position),
    dismiss: async (sid, callSid) => (await of(sid)?.dismiss(sid, callSid)) ?? false,
  };
}

/** The streams of calls on all switches that this node drives. */
export function nodeStreams(held: HeldSwitches): StreamService {
  const driving = (callSid: string) =>
    held.ready.find(({ machinery }) => machinery.services.calls.get(callSid) !== undefined);
  return {
    async begin(callSid, stream) {
      const unit = driving(callSid);
      if (unit === undefined) return 'not-in-progress';
      return await streamService(unit.machinery.services).begin(callSid, stream);
    },
    async stop(callSid, streamSid) {
      const unit = driving(callSid);
      return unit && (await streamService(unit.machinery.services).stop(callSid, streamSid));
    },
  };
}

/** Messages go out by the switch that takes most calls: any of them reaches the trunks. */
export function nodeMessages(held: HeldSwitches, maxCalls: number): ApiDeps['messages'] {
  const best = () => {
    const unit = roomiest(held, maxCalls);
    if (unit === undefined) throw new NoAsteriskError('message');
    return unit.machinery.services.messages;
  };
  return {
    get isReachable() {
      return roomiest(held, maxCalls) !== undefined;
    },
    admit: (accountSid) => best().admit(accountSid),
    maySendAs: async (order) => await best().maySendAs(order),
    create: async (order) => await best().create(order),
  };
}

/** The rooms of all switches that this node drives. */
export function nodeRooms(held: HeldSwitches): ApiDeps['rooms'] {
  const all = () => held.ready.map(({ machinery }) => machinery.services.rooms);
  return {
    async change(conferenceSid, callSid, change) {
      for (const rooms of all()) {
        const changed = await rooms.change(conferenceSid, callSid, change);
        if (changed !== undefined) return changed;
      }
      return undefined;
    },
    announce: (conferenceSid, target, callSid) =>
      all().some((rooms) => rooms.announce(conferenceSid, target, callSid)),
    kick: (conferenceSid, callSid) => all().some((rooms) => rooms.kick(conferenceSid, callSid)),
    async end(conferenceSid) {
      for (const rooms of all()) if (await rooms.end(conferenceSid)) return true;
      return false;
    },
  };
}

/** Recordings of the calls of all switches that this node drives. */
export function nodeRecordingService(held: HeldSwitches): RecordingService {
  const services = new WeakMap<SwitchUnit, RecordingService>();
  const of = (unit: SwitchUnit) => {
    const known = services.get(unit) ?? recordingService(unit.machinery.services);
    services.set(unit, known);
    return known;
  };
  return {
    async begin(accountSid, callSid, terms) {
      const driving = held.ready.find(({ machinery }) => machinery.services.calls.get(callSid) !== undefined);
      return driving === undefined ? 'not-in-progress' : await of(driving).begin(accountSid, callSid, terms);
    },
    running: (owner) => held.ready.flatMap((unit) => of(unit).running(owner)),
    async change(recordingSid, order) {
      for (const unit of held.ready) {
        const changed = await of(unit).change(recordingSid, order);
        if (changed !== 'not-running') return changed;
      }
      return 'not-running';
    },
  };
}
