import type { AriConnection } from '../../asterisk/ari/connection.ts';
import { onChannelCallIds } from '../../asterisk/sip-trace/channel-call-ids.ts';
import { type HepSocket, openHepSocket } from '../../asterisk/sip-trace/hep-socket.ts';
import { SipTraces } from '../../asterisk/sip-trace/sip-traces.ts';
import { type HepAccess, keepHepAccess, readHepAccess } from '../../bundled-asterisk/hep-access.ts';
import type { Store } from '../../store/store.ts';
import type { LegworkOptions } from '../legwork-options.ts';

/** What SIP_TRACE starts: Asterisk's messages are received and matched to legs. */
export interface SipTracing {
  readonly traces: SipTraces;
  /** Where the bundled Asterisk is to send them. */
  readonly hep: HepAccess | undefined;
  close(): Promise<void>;
}

const EVERY_MS = 3_600_000;
const DAY_MS = 24 * EVERY_MS;

/** Begins to receive what Asterisk sends and receives; undefined with SIP_TRACE=off. */
export async function openSipTracing(
  { config, clock, log }: LegworkOptions,
  { repositories: { sipTraces } }: Pick<Store, 'repositories'>,
): Promise<SipTracing | undefined> {
  const { sipTrace: mode, sipTraceDays, sipTracePort, ari, dataDir } = config;
  if (mode === 'off') return undefined;
  const traces = new SipTraces({ mode, keep: (trace) => sipTraces.keep(trace), clock, log });
  const kept = ari.kind === 'bundled' ? await readHepAccess(dataDir) : undefined;
  const port = kept?.port ?? sipTracePort;
  let socket: HepSocket | undefined;
  try {
    socket = await openHepSocket({
      port,
      password: kept?.password,
      onPacket: (packet) => traces.heard(packet),
    });
  } catch (error) {
    // Asterisk must not be started anew for it, because it may have calls.
    log.error({ port, reason: String(error) }, 'SIP messages cannot be received, so none are traced');
  }
  const hep = kept === undefined ? undefined : { ...kept, port: socket?.port ?? kept.port };
  if (hep !== undefined && hep.port !== kept?.port) await keepHepAccess(dataDir, hep);
  let cancel = clock.after(0, removeOld);
  function removeOld(): void {
    cancel = clock.after(EVERY_MS, removeOld);
    sipTraces
      .removeOld(clock.now() - sipTraceDays * DAY_MS)
      .catch((error: unknown) => log.warn({ err: error }, 'Old SIP traces could not be removed'));
  }
  return {
    traces,
    hep,
    async close() {
      cancel();
      socket?.close();
      await traces.close();
    },
  };
}

/** Matches what was heard to the legs of one Asterisk; returns a function that ends it. */
export function traceLegs(
  { traces }: SipTracing,
  { ari, store }: { readonly ari: AriConnection; readonly store: Pick<Store, 'changes'> },
): () => void {
  const offs = [
    onChannelCallIds(ari, (channelId, sipCallId) => traces.channel(channelId, sipCallId)),
    store.changes.listen((change) => {
      if (change.kind !== 'entry') return;
      const { leg, notifications = [] } = change.entry;
      if (leg !== undefined) traces.leg(leg, notifications.length > 0);
      for (const { callSid } of notifications) traces.problem(callSid);
    }),
  ];
  return () => {
    for (const off of offs) off();
  };
}
