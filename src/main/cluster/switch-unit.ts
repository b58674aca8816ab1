import { SipAccounts } from '../../asterisk/sip-accounts/sip-accounts.ts';
import { AriConnection } from '../../asterisk/ari/connection.ts';
import { removeLeftSpeech } from '../../asterisk/legs/left-speech.ts';
import { compact } from '../../call/compact.ts';
import type { MessageRecord } from '../../call/message/message-record.ts';
import type { StreamRecord } from '../../call/stream/stream-record.ts';
import { LiveLeg } from '../../call/leg/live-leg.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import { within } from '../../concurrency/deadline.ts';
import { recordingPath } from '../../media/recording-folder.ts';
import { endCall } from '../../rcml/run/api-calls.ts';
import type { HeldLease } from '../../store/lease/held-lease.ts';
import type { ClusterSwitch } from '../../store/lease/lease-table.ts';
import type { NonFinalLeg } from '../../store/non-final-legs.ts';
import { type Store, storeOn } from '../../store/store.ts';
import { buildCallMachinery, type CallMachinery } from '../calls/call-machinery.ts';
import { resumeCalls } from '../calls/resume-calls.ts';
import { watchCalls } from '../calls/watchdog.ts';
import { mediaSettings } from '../asterisk-access.ts';
import { bringInLine } from '../bring-in-line.ts';
import type { Foundation } from '../foundation.ts';
import { sipEgress } from '../sip/sip-directory.ts';
import { findOwnRecording } from '../sound/own-recordings.ts';
import { goOnRecording, openRecordings } from '../sound/recordings.ts';
import { Undo } from '../undo.ts';
import { usableTokens } from '../web/client-tokens.ts';
import { GuestRooms } from './guest-rooms.ts';
import { leasedSender } from './leased-sender.ts';
import type { NodeFoundation } from './node-foundation.ts';
import { OtherRooms } from './rooms-elsewhere.ts';
import { accessTo, configFor } from './switch-settings.ts';

/** How long a taker tries to reach Asterisk before it lets another node try. */
export const REACH_WITHIN_MS = 15_000;
const FLUSH_MS = 3_000;

/** A switch that this node drives: its store, its connection to Asterisk, and everything that runs calls on it. */
export interface SwitchUnit {
  readonly id: string;
  readonly lease: HeldLease;
  readonly foundation: Foundation;
  readonly machinery: CallMachinery;
  readonly accounts: SipAccounts;
  /** The legs of other switches in its rooms. */
  readonly guests: GuestRooms;
  /** Gives up the names of its rooms, which are over. */
  readonly freeRooms: () => Promise<void>;
  readonly undo: Undo;
  /** What the former holder has left. */
  readonly left: readonly NonFinalLeg[];
  readonly leftRecordings: readonly RecordingRecord[];
  readonly leftStreams: readonly StreamRecord[];
  readonly leftMessages: readonly MessageRecord[];
}

/** Reads what belongs to the switch, and builds what drives it; nothing acts yet. @throws StoreUnavailableError */
export async function buildUnit(
  node: NodeFoundation,
  lease: HeldLease,
  row: ClusterSwitch,
): Promise<SwitchUnit> {
  const undo = new Undo();
  try {
    return await build(node, { lease, row, undo });
  } catch (error) {
    await undo.run();
    throw error;
  }
}

interface Taken {
  readonly lease: HeldLease;
  readonly row: ClusterSwitch;
  readonly undo: Undo;
}

async function build(node: NodeFoundation, { lease, row, undo }: Taken): Promise<SwitchUnit> {
  const { scope } = lease;
  const { cipher, clock, log: nodeLog, known, secretKey } = node;
  const log = nodeLog.child({ switch: row.id });
  // The journal of the former holder comes first: only then is anything read.
  const store = await storeOn(
    { ...node.database, close: () => Promise.resolve() },
    { clock, logger: log, secretKey, scope, known },
  );
  undo.add(() => store.halt());
  const asterisk = accessTo(row, row.id === node.cluster.nodeName ? node.asterisk : undefined, cipher);
  const config = configFor(node.config, row, asterisk);
  const ari = new AriConnection({
    url: asterisk.url,
    username: asterisk.username,
    password: asterisk.password,
    app: config.ariApp,
    clock,
    log,
    mayAct: () => lease.isLiving(),
    // Whoever took it may be the next holder: we may not take it back before the database says that it is ours.
    onReplaced: () => lease.doubt(),
  });
  undo.add(() => ari.close());
  lease.onLapse(() => ari.interrupt());
  const options = { ...node, config, log };
  const recording = await openRecordings(
    options,
    { ari, store, sox: node.sox, workFolder: `work-${node.cluster.nodeName}-${row.id}` },
    undo,
  );
  const otherRooms = new OtherRooms({
    owners: node.roomOwners,
    scope,
    commands: node.switchCommands,
    clock,
    log,
  });
  const guests: { rooms?: GuestRooms } = {};
  const foundation: Foundation = {
    ...options,
    ...unitParts(node, lease, store),
    links: {
      key: node.linkKey,
      admitted: (ticket) => guests.rooms?.admitted(ticket),
      elsewhere: otherRooms,
    },
    asterisk,
    recording,
    ari,
    sipEgress: sipEgress({ config, clock, store, asterisk }),
  };
  const machinery = buildCallMachinery(foundation, undo, node.shared);
  const left = await store.unfinishedLegs();
  const leftRecordings = await store.repositories.recordings.unfinished();
  const leftMessages = await store.repositories.messages.unfinished();
  const leftStreams = await store.repositories.streams.unfinished();
  const { control, services } = machinery;
  otherRooms.connect(control.links);
  guests.rooms = new GuestRooms({
    rooms: services.rooms,
    dropGuest: (callSid) => control.links.drop(callSid),
    address: row.sipAddress,
    clock,
  });
  undo.add(() => guests.rooms?.close());
  const leftRooms = await store.repositories.conferences.unfinished();
  services.rooms.restore(leftRooms);
  machinery.services.queues.restore(await store.repositories.queues.kept());
  const { sipProxy: proxy } = node;
  const webTokens = usableTokens(store.repositories, clock);
  const accounts = new SipAccounts(
    ari,
    compact({ log, clock, webTokens, ...mediaSettings(config), proxy, linkKey: node.linkKey }),
  );
  const ids = new Set(left.map(({ leg }) => leg.sid));
  guests.rooms.expect(
    leftRooms.flatMap(({ participants }) => participants.filter(({ callSid }) => !ids.has(callSid))),
  );
  return {
    id: row.id,
    lease,
    foundation,
    machinery,
    accounts,
    guests: guests.rooms,
    freeRooms: () => node.roomOwners.freeAll(row.id),
    undo,
    left,
    leftRecordings,
    leftStreams,
    leftMessages,
  };
}

function unitParts(node: NodeFoundation, lease: HeldLease, store: Store) {
  const { config } = node;
  return {
    store,
    sender: leasedSender(node.sender, lease),
    callbackSender: leasedSender(node.callbackSender, lease),
    ownRecording: findOwnRecording({
      config,
      accounts: store.repositories.accounts,
      recordings: store.repositories.recordings,
      pathOf: (sid) => recordingPath(config.recordingsDir, sid, 'wav'),
    }),
  };
}

/**
 * Connects to Asterisk and goes on with what the former holder left, as a restart does. Resolves to false when Asterisk
 * could not be reached in time; the connection is still being tried.
 */
export async function goOn(unit: SwitchUnit, former: string | undefined): Promise<boolean> {
  const { foundation, machinery } = unit;
  const { ari, clock, log } = foundation;
  const connected = ari.connect().then(() => true);
  if (!(await within(clock, REACH_WITHIN_MS, () => connected, false))) return false;
  await removeLeftSpeech(ari, log);
  await machinery.services.messages.finishLeftBehind(unit.leftMessages);
  await machinery.control.links.adopt();
  await resumeCalls(unit.left, machinery, log);
  if (former !== undefined) tellTakeover(unit, former);
  await begin(unit);
  return true;
}

/** No living node can reach it: its legs end as after a lost Asterisk, and it is taken up when it answers again. */
export async function goOnWithout(unit: SwitchUnit): Promise<void> {
  const { machinery, foundation } = unit;
  const { calls, messages } = machinery.services;
  await messages.finishLeftBehind(unit.leftMessages);
  for (const { leg, state } of unit.left) calls.add(new LiveLeg(leg, state));
  const why = 'No node could reach its Asterisk';
  await Promise.all(unit.left.map(({ leg }) => calls.input(leg.sid, { type: 'lost', why })));
  machinery.services.queues.settle(() => false);
  await unit.freeRooms();
  foundation.log.error({ legs: unit.left.length }, 'This switch cannot be reached; its calls were ended');
  await begin(unit);
}

async function begin(unit: SwitchUnit): Promise<void> {
  const { foundation, machinery, accounts, undo, left, leftRecordings } = unit;
  goOnRecording(machinery.services, leftRecordings, left);
  machinery.services.streams.finishLeftBehind(unit.leftStreams);
  if (foundation.ari.state() === 'up') await bringInLine(foundation, machinery, accounts);
  undo.add(foundation.ari.onUp(() => void bringInLine(foundation, machinery, accounts)));
  machinery.dispatcher.start();
  undo.add(watchCalls(foundation, machinery));
  await endThoseOfInactive(unit);
}

/** An account may have been suspended or closed while nobody drove its calls. */
async function endThoseOfInactive({ machinery, left }: SwitchUnit): Promise<void> {
  const { services } = machinery;
  for (const accountSid of new Set(left.map(({ leg }) => leg.accountSid))) {
    const account = await services.directory.account(accountSid);
    if (account?.status !== 'closed') continue;
    const own = services.calls.all().filter(({ leg }) => leg.accountSid === accountSid);
    await Promise.all(own.map((live) => endCall(live, services)));
  }
}

function tellTakeover({ id, machinery, foundation }: SwitchUnit, former: string): void {
  const { services } = machinery;
  const name = foundation.config.cluster?.nodeName ?? '';
  const message = `Switch ${id} was taken over by node ${name} from node ${former}`;
  for (const live of services.calls.all()) {
    const { accountSid, sid: callSid } = live.leg;
    const at = services.clock.now();
    void services.journal.note(live, {
      events: [{ accountSid, callSid, at, kind: 'notice', data: { message } }],
    });
  }
}

/**
 * Stops driving in an orderly way, so that the next holder finds everything: nothing new becomes durable, what is being
 * sent is finished and noted, and the journal is carried over, as far as that is possible in some seconds.
 */
export async function handOver({ foundation, machinery, undo }: SwitchUnit): Promise<void> {
  const { store, clock, ari } = foundation;
  store.freeze();
  ari.close();
  await within(clock, FLUSH_MS, () => machinery.dispatcher.stop(), undefined);
  await within(clock, FLUSH_MS, () => store.settled(), undefined);
  drop({ foundation, undo });
}

/** Forgets everything of the switch, at once; nothing more is written or sent. */
export function drop({ foundation, undo }: Pick<SwitchUnit, 'foundation' | 'undo'>): void {
  const { store, ari, log } = foundation;
  store.halt();
  ari.close();
  // What waits for something of this switch waits for ever.
  void undo
    .run()
    .catch((err: unknown) => log.warn({ err }, 'Something of a switch could not be stopped properly'));
}
