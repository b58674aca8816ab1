import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { SipProxy } from '../../asterisk/sip-accounts/sip-object.ts';
import { compact } from '../../call/compact.ts';
import { OwnThreadLoad } from '../../concurrency/thread-load.ts';
import { WorkShares } from '../../concurrency/work-shares.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ClusterConfig } from '../../config.ts';
import { CompileTurns } from '../../rcml/document/compile-turns.ts';
import { SetupError } from '../../setup/setup-error.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { KnownRows } from '../../store/known-rows.ts';
import { RoomOwners } from '../../store/lease/room-owners.ts';
import { LeaseSession } from '../../store/lease/lease-session.ts';
import { look, renew } from '../../store/lease/lease-table.ts';
import type { ClusterNode } from '../../store/lease/lease-table.ts';
import { leaveName, NodeNameTakenError, takeName } from '../../store/lease/node-name.ts';
import { type Store, storeOn } from '../../store/store.ts';
import { type TokenCipher, tokenCipher } from '../../store/token-cipher.ts';
import type { ToolCommand } from '../../bundled-asterisk/debian/private-program.ts';
import type { AsteriskAccess } from '../asterisk-access.ts';
import type { SharedMachinery } from '../calls/call-machinery.ts';
import { secretKey } from '../data/secret-key.ts';
import {
  soundsAndAsterisk,
  databaseProblem,
  type Foundation,
  holdOwnDatabase,
  wrongKeyProblem,
} from '../foundation.ts';
import { httpSender } from '../http-sender.ts';
import { linkKey, proxyKey } from '../kamailio/proxy-key.ts';
import type { LegworkOptions } from '../legwork-options.ts';
import { RecentDocuments } from '../recent-documents.ts';
import type { Undo } from '../undo.ts';
import { SwitchCommands } from './switch-commands.ts';
import { ClusterClock } from './cluster-clock.ts';

/** What the switches of a node share, and what it reaches the cluster with. */
export interface NodeFoundation
  extends LegworkOptions,
    Pick<
      Foundation,
      | 'sender'
      | 'callbackSender'
      | 'authToken'
      | 'first'
      | 'recentDocuments'
      | 'sounds'
      | 'mediaStore'
      | 'sipTracing'
    > {
  readonly cluster: ClusterConfig;
  readonly clock: ClusterClock;
  /** The machine's own, with its steady clock. */
  readonly ownClock: Clock;
  readonly self: Omit<ClusterNode, 'renewals' | 'state'>;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly cipher: TokenCipher;
  readonly secretKey: Uint8Array;
  readonly known: KnownRows;
  /** For what belongs to no switch, and for reading. */
  readonly store: Store;
  readonly asterisk: AsteriskAccess;
  readonly sipProxy?: SipProxy;
  /** What switches know each other by. */
  readonly linkKey: string;
  readonly roomOwners: RoomOwners;
  readonly switchCommands: SwitchCommands;
  readonly sox: ToolCommand;
  readonly renewals: LeaseSession;
  readonly looks: LeaseSession;
  readonly shared: Omit<SharedMachinery, 'metrics'> & { metrics: SharedMachinery['metrics'] };
}

interface Lateness {
  /** What reads wait for: the stores of the switches. */
  readonly settled: () => Promise<unknown>;
  /** After each write of what all nodes know. */
  readonly onWritten: () => void;
}

export async function layNodeFoundation(
  options: LegworkOptions,
  { settled, onWritten }: Lateness,
  undo: Undo,
): Promise<Omit<NodeFoundation, 'shared'> & { readonly shared: Omit<SharedMachinery, 'metrics'> }> {
  const { config, log } = options;
  const { cluster, databaseUrl } = config;
  if (cluster === undefined || databaseUrl.kind !== 'postgres')
    throw new Error('unreachable: config.ts checks it');
  const hold = await holdOwnDatabase(options, { isShared: true });
  undo.add(() => hold.release());
  const { url } = databaseUrl;
  const database = await openDatabase(databaseUrl, log, { isShared: true }).catch((error: unknown) => {
    throw databaseProblem(config, error);
  });
  undo.add(() => database.close());
  const ownClock = options.clock;
  const sessions = openSessions(url, cluster.nodeName, ownClock, undo);
  const self = ownNode(cluster, options.version);
  await takeOwnName(sessions.looks, self, options);
  undo.add(() => leaveName(sessions.looks, self).catch(() => undefined));
  await refuseUnreachableAri(sessions.looks, self, options);
  const clock = await databaseClock(sessions.renewals, self, ownClock);
  const key = await secretKey(config.secretKeyFile);
  const known = new KnownRows(undefined, onWritten);
  known.trust(false);
  const store = await storeOn(
    { ...database, close: () => Promise.resolve() },
    {
      clock,
      logger: log,
      secretKey: key,
      known,
      settledToo: settled,
    },
  ).catch((error: unknown) => {
    throw wrongKeyProblem(config, error);
  });
  undo.add(() => store.close());
  const withClock = { ...options, clock };
  const first = await store.ensureFirstAccount(
    compact({ accountSid: config.accountSid, authToken: config.authToken }),
  );
  const outside = await reachOutside(withClock, store, undo);
  return {
    ...withClock,
    ...sessions,
    ...outside,
    cluster,
    ownClock,
    self,
    database,
    databaseUrl: url,
    cipher: tokenCipher(key),
    secretKey: key,
    ...sipProxyOf(cluster, key),
    linkKey: linkKey(key),
    roomOwners: new RoomOwners(database),
    switchCommands: new SwitchCommands(ownClock),
    known,
    store,
    first,
    authToken: async (sid) => (await store.repositories.accounts.find(sid))?.authToken,
    recentDocuments: new RecentDocuments(),
    shared: { shares: new WorkShares(clock, new OwnThreadLoad()), compileTurns: new CompileTurns(clock) },
  };
}

function sipProxyOf({ sipProxy }: ClusterConfig, key: Uint8Array) {
  if (sipProxy === undefined) return {};
  const host = isIP(sipProxy.host) === 6 ? `[${sipProxy.host}]` : sipProxy.host;
  return { sipProxy: { address: `${host}:${sipProxy.port}`, key: proxyKey(key) } };
}

function openSessions(url: string, nodeName: string, clock: Clock, undo: Undo) {
  const renewals = new LeaseSession(url, `legwork ${nodeName} renewals`, clock);
  const looks = new LeaseSession(url, `legwork ${nodeName} looks`, clock);
  undo.add(() => Promise.all([renewals.close(), looks.close()]));
  return { renewals, looks };
}

function ownNode({ nodeName, nodeUrl }: ClusterConfig, version: string): NodeFoundation['self'] {
  return {
    name: nodeName,
    instance: crypto.randomUUID(),
    host: hostname(),
    pid: process.pid,
    url: nodeUrl,
    version,
  };
}

async function takeOwnName(
  session: LeaseSession,
  self: NodeFoundation['self'],
  options: LegworkOptions,
): Promise<void> {
  const { clock } = options;
  const waiting = () =>
    options.progress(`Waiting until it is certain that no other node "${self.name}" is running`);
  try {
    await takeName(session, self, { clock, isRunning, waiting });
  } catch (error) {
    if (!(error instanceof NodeNameTakenError)) throw error;
    throw new SetupError(`${error.message}. Give this one another NODE_NAME.`);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Nodes on other machines must be able to take this one's Asterisk over. @throws SetupError */
async function refuseUnreachableAri(
  session: LeaseSession,
  self: NodeFoundation['self'],
  { config }: LegworkOptions,
): Promise<void> {
  const { ari, cluster } = config;
  if (ari.kind !== 'bundled' || cluster === undefined || !/^(127\.|::1$)/.test(cluster.ariHost)) return;
  const { nodes } = await look(session);
  const elsewhere = nodes.find(({ host }) => host !== self.host);
  if (elsewhere === undefined) return;
  await leaveName(session, self);
  throw new SetupError(
    `ARI_HOST="${cluster.ariHost}": node "${elsewhere.name}" on host ${elsewhere.host} could not take this node's ` +
      'Asterisk over. Set it to an address of this host in your private network.',
  );
}

async function databaseClock(
  session: LeaseSession,
  self: NodeFoundation['self'],
  ownClock: Clock,
): Promise<ClusterClock> {
  const sentAt = ownClock.steady();
  const { now } = await renew(session, self, []);
  return new ClusterClock(ownClock, now, (sentAt + ownClock.steady()) / 2);
}

/** What is outside of Legwork: application servers, sounds, this node's Asterisk. */
async function reachOutside(options: LegworkOptions, store: Store, undo: Undo) {
  const sender = httpSender(options);
  undo.add(() => sender.close());
  const callbackSender = httpSender(options);
  undo.add(() => callbackSender.close());
  const { sounds, mediaStore, sox, asterisk, sipTracing } = await soundsAndAsterisk(
    options,
    sender,
    store,
    undo,
  );
  return { sender, callbackSender, sounds, mediaStore, sox, asterisk, sipTracing };
}
