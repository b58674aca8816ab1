import type { AriConnection } from '../../asterisk/ari/connection.ts';
import { onChannelCallIds } from '../../asterisk/sip-trace/channel-call-ids.ts';
import { HepCollector } from '../../asterisk/sip-trace/hep-collector.ts';
import type { HepPacket } from '../../asterisk/sip-trace/hep.ts';
import { type HepSocket, openHepSocket } from '../../asterisk/sip-trace/hep-socket.ts';
import { SipTraces } from '../../asterisk/sip-trace/sip-traces.ts';
import { type HepAccess, keepHepAccess, readHepAccess } from '../../bundled-asterisk/hep-access.ts';
import type { Store } from '../../store/store.ts';
import type { LegworkOptions } from '../legwork-options.ts';

/** What SIP_TRACE and HEP_SERVER start: Asterisk's messages are received, matched to legs, and sent on. */
export interface SipTracing {
  /** Undefined with SIP_TRACE=off. */
  readonly traces: SipTraces | undefined;
  /** Where the bundled Asterisk is to send them. */
  readonly hep: HepAccess | undefined;
  close(): Promise<void>;
}

const EVERY_MS = 3_600_000;
const DAY_MS = 24 * EVERY_MS;

/** Begins to receive what Asterisk sends and receives; undefined where nobody wants it. */
export async function openSipTracing(
  options: LegworkOptions,
  { repositories: { sipTraces } }: Pick<Store, 'repositories'>,
): Promise<SipTracing | undefined> {
  const { config, clock, log } = options;
  const { sipTrace: mode, hepCollector } = config;
  if (mode === 'off' && hepCollector === undefined) return undefined;
  const traces =
    mode === 'off' ? undefined : new SipTraces({ mode, keep: (trace) => sipTraces.keep(trace), clock, log });
  const collector =
    hepCollector === undefined ? undefined : new HepCollector({ ...hepCollector, clock, log });
  const { socket, hep } = await receive(options, (packet) => {
    traces?.heard(packet);
    collector?.heard(packet);
  });
  const endRemoval = removeOldTraces(options, sipTraces);
  return {
    traces,
    hep,
    async close() {
      endRemoval();
      socket?.close();
      collector?.close();
      await traces?.close();
    },
  };
}

/** Listens where the bundled Asterisk is, or will be, told to send; or where an Asterisk of the operator's does. */
async function receive(
  { config: { ari, dataDir, sipTracePort }, log }: LegworkOptions,
  onPacket: (packet: HepPacket) => void,
): Promise<{ readonly socket: HepSocket | undefined; readonly hep: HepAccess | undefined }> {
  const kept = ari.kind === 'bundled' ? await readHepAccess(dataDir) : undefined;
  const port = kept?.port ?? sipTracePort;
  let socket: HepSocket | undefined;
  try {
    socket = await openHepSocket({ port, password: kept?.password, onPacket });
  } catch (error) {
    // Asterisk must not be started anew for it, because it may have calls.
    log.error({ port, reason: String(error) }, 'SIP messages cannot be received, so none are traced');
  }
  const hep = kept === undefined ? undefined : { ...kept, port: socket?.port ?? kept.port };
  if (hep !== undefined && hep.port !== kept?.port) await keepHepAccess(dataDir, hep);
  return { socket, hep };
}

/** Now and once an hour, also of a time when SIP_TRACE was on. */
function removeOldTraces(
  { config: { sipTraceDays }, clock, log }: LegworkOptions,
  sipTraces: Store['repositories']['sipTraces'],
): () => void {
  let cancel = clock.after(0, removeOld);
  function removeOld(): void {
    cancel = clock.after(EVERY_MS, removeOld);
    sipTraces
      .removeOld(clock.now() - sipTraceDays * DAY_MS)
      .catch((error: unknown) => log.warn({ err: error }, 'Old SIP traces could not be removed'));
  }
  return () => cancel();
}

/** Matches what was heard to the legs of one Asterisk; returns a function that ends it. */
export function traceLegs(
  traces: SipTraces,
  { ari, store }: { readonly ari: AriConnection; readonly store: Pick<Store, 'changes'> },
): () => void {
  const offs = [
    onChannelCallIds(ari, (channelId, sipCallId) => traces.channel(channelId, sipCallId)),
    store.changes.listen((change) => {
      if (change.kind !== 'entry') return;
      const { leg, notifications = [] } = change.entry;
      if (leg !== undefined) traces.leg(leg, notifications.length > 0);
      for (const { callSid } of notifications) if (callSid !== undefined) traces.problem(callSid);
    }),
  ];
  return () => {
    for (const off of offs) off();
  };
}
