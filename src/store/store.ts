import type { Knex } from 'knex';
import { compact } from '../call/compact.ts';
import type { CallbackQueue, Owed } from '../call/callbacks-queue.ts';
import type { Clock } from '../concurrency/clock.ts';
import { within } from '../concurrency/deadline.ts';
import type { Directory } from '../call/directory.ts';
import type { JournalStore } from '../call/journal-store.ts';
import type { Changes } from '../records/changes.ts';
import { type Repositories, StoreUnavailableError } from '../records/repositories.ts';
import { SqlAccounts } from './tables/accounts.ts';
import { ensureFirstAccount, type FirstAccount, type FirstAccountSettings } from './bootstrap-data.ts';
import { Outbox } from './callbacks/outbox.ts';
import { SqlCallbacks } from './callbacks/callbacks.ts';
import { SqlChanges } from './changes.ts';
import { SqlCalls } from './tables/calls.ts';
import { SqlClientTokens } from './tables/client-tokens.ts';
import { SqlConsoleSessions } from './tables/console-sessions.ts';
import { SqlConferences } from './tables/conferences.ts';
import { type Database, type DatabaseUrl, openDatabase } from './database.ts';
import { SqlDirectory } from './directory.ts';
import { GroupCommit, type WriteKind } from './group-commit.ts';
import { CarryOver, carryOverAll } from './journal/carry-over.ts';
import type { Owner } from './journal/entry-rows.ts';
import { owedOf, SqlJournalStore } from './journal/journal-store.ts';
import { rejectedRows } from './journal/journal-table.ts';
import { KnownRows } from './known-rows.ts';
import { checkLease, type SwitchScope } from './lease/scope.ts';
import { type NonFinalLeg, nonFinalLegs, storedLeg, unfinishedLegs } from './non-final-legs.ts';
import { SqlJobs } from './tables/jobs.ts';
import { SqlQueues } from './tables/queues.ts';
import { SqlRecordings } from './tables/recordings.ts';
import { resourceRepositories } from './tables/resources.ts';
import { removeOlderThan } from './retention.ts';
import { plainTokens, tokenCipher } from './token-cipher.ts';
import type { Log } from '../concurrency/log.ts';
import { sealTokens } from './seal-tokens.ts';
import { SqlNotifications } from './tables/notifications.ts';
import { SqlProblems } from './tables/problems.ts';
import { SqlMessages } from './tables/messages.ts';
import { SqlStreams } from './tables/streams.ts';
import { SqlSipTraces } from './tables/sip-traces.ts';
import { SqlStats } from './tables/stats.ts';
import { SqlTimeline } from './tables/timeline.ts';
import { readAfter } from './read-after.ts';
import { tellingOutages } from './unavailable-reads.ts';

/** Everything that the rest of Legwork needs from the database. */
export interface Store {
  readonly journal: JournalStore;
  /** The look-ups that the database can answer; where SIP may go it does not know. */
  readonly directory: Omit<Directory, 'isOwn' | 'wayTo'>;
  readonly repositories: Repositories;
  readonly callbackQueue: CallbackQueue;
  readonly changes: Changes;
  /** False after a write that the database could not take, until the next one that it takes, and while one is slow. */
  readonly healthy: boolean;
  /** Why it is not healthy, as far as that is known. */
  readonly trouble: string | undefined;
  /** How many entries of the journal were put aside because the tables do not take them. */
  rejectedEntries(): Promise<number>;
  /** Calls `listener` after each commit that made callbacks due, with where they go; returns a function that ends it. */
  onCallbacks(listener: (owed: readonly Owed[]) => void): () => void;
  /** One leg as it was last written. */
  leg(callSid: string): Promise<Pick<NonFinalLeg, 'leg' | 'state'> | undefined>;
  /** Every leg that has not ended, oldest first. */
  nonFinalLegs(): Promise<readonly NonFinalLeg[]>;
  /** The legs that a start goes on with: those that have ended but still owe an action, and all that have not ended. */
  unfinishedLegs(): Promise<readonly NonFinalLeg[]>;
  /** The account that the installation begins with; made when missing. @throws StoreUnavailableError */
  ensureFirstAccount(settings: FirstAccountSettings): Promise<FirstAccount>;
  /** Removes old delivered callbacks and call events; resolves with the number of rows. @throws StoreUnavailableError */
  removeOlderThan(days: number): Promise<number>;
  /** Writes something through the same queue as everything else: true when that was done within the time. */
  ping(deadlineMs: number): Promise<boolean>;
  /** Resolves when everything that is in the journal now can be read, or after a while. */
  settled(): Promise<void>;
  /** In a cluster, before a switch is handed over: nothing new becomes durable; what is, is still written and delivered. */
  freeze(): void;
  /** In a cluster, when another node has the switch: writes nothing any more, and never says that something is durable. */
  halt(): void;
  /** Writes what is waiting, as far as the database takes it, then closes it. */
  close(): Promise<void>;
}

export interface StoreOptions extends Owner {
  readonly clock: Clock;
  readonly logger: Log;
  /** 32 bytes that encrypt AuthTokens and passwords of trunks; without it they are stored as they are. */
  readonly secretKey?: Uint8Array;
  /** No other process uses the database (database-hold.ts): whoever claimed something in it has died. */
  readonly alone?: boolean;
  /** In a cluster: the store of one switch, for as long as this node holds it. */
  readonly scope?: SwitchScope;
  /** Rows that other stores of this process know too; its own by default. */
  readonly known?: KnownRows;
  /** What reads wait for besides what this store has not written yet: the stores of switches. */
  readonly settledToo?: () => Promise<unknown>;
}

/** Opens the database with everything that is built on it. @throws what openDatabase throws, WrongSecretKeyError */
export async function openStore(url: DatabaseUrl, options: StoreOptions): Promise<Store> {
  const database = await openDatabase(url, options.logger);
  try {
    return await storeOn(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The store on an open database, which it closes. */
export async function storeOn(database: Database, options: StoreOptions): Promise<Store> {
  const { clock, logger, secretKey, scope } = options;
  const check = scope === undefined ? undefined : (trx: Knex) => checkLease(trx, scope);
  const writes = new GroupCommit(database, clock, logger, check);
  const cipher = secretKey === undefined ? plainTokens : tokenCipher(secretKey);
  if (secretKey !== undefined && scope === undefined) await sealTokens(writes, cipher);
  const alone = database.dialect === 'sqlite' || options.alone === true || scope !== undefined;
  const switchId = scope?.switchId;
  const queues = new SqlQueues(database, clock, switchId);
  const changes = new SqlChanges(database, (sids) => queues.bySids(sids));
  const { carryOver, outbox } = await openOutbox(database, writes, { ...options, alone, changes });
  const { settledToo } = options;
  const settled =
    settledToo === undefined
      ? () => outbox.written()
      : async () => void (await Promise.all([outbox.written(), settledToo()]));
  const carried = () => allCarried(clock, carryOver);
  const known = options.known ?? new KnownRows(alone ? undefined : 0);
  const accounts = new SqlAccounts(database, writes, cipher, known);
  const onReplayed = (sid: string) => changes.tell({ kind: 'callbacks', sids: [sid] });
  const onNoted = (sid: string) => changes.tell({ kind: 'calls', sids: [sid] });
  const resources = resourceRepositories(database, writes, cipher, known);
  const journal = new SqlJournalStore(compact({ writes, outbox, clock, carryOver, scope }));
  return {
    journal,
    directory: new SqlDirectory(accounts, resources),
    repositories: allTellingOutages({
      accounts,
      ...resources,
      calls: readAfter(settled, clock, new SqlCalls(database, writes, onNoted)),
      recordings: readAfter(settled, clock, new SqlRecordings(database, writes, switchId)),
      streams: readAfter(settled, clock, new SqlStreams(database, switchId)),
      messages: readAfter(settled, clock, new SqlMessages(database, writes, switchId)),
      conferences: readAfter(settled, clock, new SqlConferences(database, switchId)),
      queues: readAfter(settled, clock, queues),
      timeline: readAfter(settled, clock, new SqlTimeline(database)),
      callbacks: readAfter(
        settled,
        clock,
        new SqlCallbacks({ database, writes, outbox, clock, onReplayed, switchId }),
      ),
      problems: readAfter(settled, clock, new SqlProblems(database, writes)),
      stats: readAfter(settled, clock, new SqlStats(database, clock)),
      sessions: new SqlConsoleSessions(database, writes),
      clientTokens: new SqlClientTokens(database, writes),
      sipTraces: new SqlSipTraces(database, writes),
      jobs: new SqlJobs(database, writes),
      notifications: readAfter(settled, clock, new SqlNotifications(database)),
    }),
    callbackQueue: outbox,
    changes: tellingOutages(changes),
    get healthy() {
      return writes.healthy && !carryOver.isFarBehind;
    },
    get trouble() {
      return writes.trouble ?? (carryOver.isFarBehind ? FAR_BEHIND : undefined);
    },
    rejectedEntries: () => rejectedRows(database.reader),
    onCallbacks: (listener) => outbox.onOwed(listener),
    leg: (callSid) => carried().then(() => storedLeg(database, callSid)),
    nonFinalLegs: () => carried().then(() => nonFinalLegs(database, switchId)),
    unfinishedLegs: () => carried().then(() => unfinishedLegs(database, switchId)),
    ensureFirstAccount: (settings) =>
      known.written(() => ensureFirstAccount(writes, clock, cipher, settings)),
    async removeOlderThan(days) {
      await settled();
      return await removeOlderThan(writes, clock, days);
    },
    ping: (deadlineMs) => ping(writes, clock, deadlineMs),
    settled: () => within(clock, DECISIONS_WAIT_MS, settled, undefined),
    freeze: () => journal.freeze(),
    halt: () => writes.halt(),
    async close() {
      await outbox.close();
      carryOver.flush();
      await writes.close();
      await database.close();
    },
  };
}

const FAR_BEHIND = 'The tables are far behind the journal';
/** How long a decision waits for what it needs to know. */
const DECISIONS_WAIT_MS = 5_000;

interface CallbackStore {
  readonly outbox: Outbox;
  readonly carryOver: CarryOver;
}

interface OutboxParts {
  readonly alone: boolean;
  readonly changes: SqlChanges;
}

/** Alone, it begins with what a former process left in the journal. @throws StoreUnavailableError */
async function openOutbox(
  database: Database,
  writes: GroupCommit,
  { clock, logger: log, alone, changes, scope, ...options }: StoreOptions & OutboxParts,
): Promise<CallbackStore> {
  const switchId = scope?.switchId;
  const owner =
    scope === undefined
      ? options
      : { owner: scope.node, asteriskId: scope.switchId, switchId: scope.switchId };
  const parts = { writes, clock, log, owner };
  if (alone) await carryOverAll(database, parts, (entry) => owedOf(entry, clock));
  const carryOver = new CarryOver({
    ...parts,
    places: { isHeld: (line) => outbox.hasLine(line), drop: (owed) => outbox.drop(owed) },
    onCarried: (entry) => changes.tell({ kind: 'entry', entry }),
  });
  writes.beforeTransactions(() => carryOver.flush());
  const outbox: Outbox = await Outbox.open(
    compact({
      database,
      writes,
      clock,
      log,
      alone,
      switchId,
      carryOver,
      onSettled: (sids: readonly string[]) => changes.tell({ kind: 'callbacks', sids }),
    }),
  );
  return { outbox, carryOver };
}

/** For what decides by the tables, and would be wrong if they lagged behind. @throws StoreUnavailableError */
async function allCarried(clock: Clock, carryOver: CarryOver): Promise<void> {
  const isCarried = await within(clock, DECISIONS_WAIT_MS, () => carryOver.carried().then(() => true), false);
  if (!isCarried) throw new StoreUnavailableError(FAR_BEHIND);
}

function allTellingOutages(repositories: Repositories): Repositories {
  const entries = Object.entries(repositories).map(([name, one]) => [name, tellingOutages(one as object)]);
  return Object.fromEntries(entries) as Repositories;
}

/** Writes nothing but the mark that every transaction begins with (write-transaction.ts). */
const writeNothing: WriteKind<undefined, void> = {
  whenUnavailable: 'refuse',
  transaction: 'shared',
  run: (_trx, inputs) => Promise.resolve(inputs.map(() => undefined)),
};

async function ping(writes: GroupCommit, clock: Clock, deadlineMs: number): Promise<boolean> {
  const written = writes.submit(writeNothing, undefined).then(
    () => true,
    () => false,
  );
  return await new Promise<boolean>((resolve) => {
    const cancel = clock.after(deadlineMs, () => resolve(false));
    void written.then((isWritten) => {
      cancel();
      resolve(isWritten);
    });
  });
}
