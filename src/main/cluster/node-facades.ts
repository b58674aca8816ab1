import type { HealthProbes } from '../../api/ports.ts';
import type { RecordedSounds } from '../../api/recordings/sounds.ts';
import { transfersTrouble } from '../../bundled-asterisk/asterisk-version.ts';
import { isSipAlive } from '../../bundled-asterisk/sip-health.ts';
import { RecordingFolder } from '../../media/recording-folder.ts';
import { toolRunner } from '../../media/tool-process.ts';
import type { CallbackRepository } from '../../records/call-history.ts';
import type { Change, Changes } from '../../records/changes.ts';
import { PING_MS } from '../health-probes.ts';
import type { HeldSwitches } from './held-switches.ts';
import type { NodeFoundation } from './node-foundation.ts';

/** What `GET /health` of a node looks at: it can do something for callers, though a switch of another machine may be down. */
export function nodeProbes({ asterisk, store, clock }: NodeFoundation, held: HeldSwitches): HealthProbes {
  const areUp = () =>
    held.units.length === 0 || held.units.some(({ foundation }) => foundation.ari.state() === 'up');
  return {
    asterisk: () => Promise.resolve(areUp()),
    sip: () => (asterisk.sip === undefined ? Promise.resolve(areUp()) : isSipAlive(asterisk.sip, clock)),
    database: () => store.ping(PING_MS),
    databaseTrouble: () =>
      held.units.find(({ foundation }) => foundation.store.trouble !== undefined)?.foundation.store.trouble ??
      store.trouble,
    streamsTrouble: () =>
      held.units.map(({ machinery }) => machinery.services.streams.trouble).find((one) => one !== undefined),
    transfersTrouble: async () => {
      const unit = held.units.find(({ foundation }) => foundation.ari.state() === 'up');
      if (unit === undefined) throw new Error('No switch can say which Asterisk it is');
      return transfersTrouble(await unit.foundation.ari.version());
    },
    rejectedEntries: () => store.rejectedEntries(),
    async callbacks() {
      await Promise.all(held.units.map(({ foundation }) => foundation.store.settled()));
      const { count, oldestAt } = await store.callbackQueue.pending();
      if (oldestAt === undefined) return { pending: count };
      return { pending: count, oldestS: Math.max(0, Math.round((clock.steady() - oldestAt) / 1000)) };
    },
  };
}

/** What changes on this node: those who watch another one see what that drives. */
export function mergedChanges(own: Changes, held: HeldSwitches): Changes {
  return {
    listen(listener) {
      const offs = new Map<string, () => void>();
      const follow = () => {
        for (const { id, lease, foundation } of held.units) {
          const key = `${id} ${lease.scope.epoch}`;
          if (!offs.has(key)) offs.set(key, foundation.store.changes.listen(listener));
        }
      };
      follow();
      const endFollowing = held.onChange(follow);
      const endOwn = own.listen((change: Change) => listener(change));
      return () => {
        endFollowing();
        endOwn();
        for (const off of offs.values()) off();
      };
    },
    calls: (sids) => own.calls(sids),
    callbacks: (sids) => own.callbacks(sids),
    queues: (sids) => own.queues(sids),
    events: (wanted) => own.events(wanted),
    lastEvent: () => own.lastEvent(),
    rootsOf: (callSids) => own.rootsOf(callSids),
  };
}

/** The sound of recordings in this node's folder; what a switch still has of a removed one is deleted there. */
export async function nodeSounds(node: NodeFoundation, held: HeldSwitches): Promise<RecordedSounds> {
  const { config, clock, sox, self } = node;
  const folder = await RecordingFolder.open({
    dir: config.recordingsDir,
    source: {
      fetch: () => Promise.resolve({ kind: 'missing' }),
      forget: () => Promise.resolve(),
    },
    sox,
    runTool: toolRunner(clock),
    workFolder: `work-${self.name}`,
  });
  return {
    open: (recording, format, mixed) => folder.open(recording, format, mixed),
    async remove(recordingSid) {
      const folders = held.units.map(({ foundation }) => foundation.recording.recordingFiles);
      await Promise.all([folder.remove(recordingSid), ...folders.map((one) => one.remove(recordingSid))]);
    },
  };
}

/** The callbacks of all switches; one that is sent again is sent by the node that drives its switch. */
export function nodeCallbacks(
  own: CallbackRepository,
  { replay }: Pick<CallbackRepository, 'replay'>,
): CallbackRepository {
  return {
    find: (accountSid, sid) => own.find(accountSid, sid),
    list: (accountSid, page, filter) => own.list(accountSid, page, filter),
    matching: (accountSid, filter, most) => own.matching(accountSid, filter, most),
    destinations: (accountSid, since) => own.destinations(accountSid, since),
    replay,
  };
}
