import { compact } from '../call/compact.ts';
import { AriConnection } from '../asterisk/ari/connection.ts';
import type { RoomsElsewhere } from '../call/conference/conferences.ts';
import type { Sounds } from '../call/sounds.ts';
import type { Config } from '../config.ts';
import type { SipProxy } from '../asterisk/sip-accounts/sip-object.ts';
import type { MediaStore } from '../media/media-store.ts';
import type { FindOwnRecording } from '../media/own-recording.ts';
import { recordingPath } from '../media/recording-folder.ts';
import type { FirstAccount } from '../store/bootstrap-data.ts';
import { SetupError } from '../setup/setup-error.ts';
import { holdDatabase } from '../store/hold/database-hold.ts';
import { DatabaseTakenError, type DatabaseHold } from '../store/hold/holder.ts';
import { DatabaseTooNewError } from '../store/migrate.ts';
import { openStore, type Store } from '../store/store.ts';
import { WrongSecretKeyError } from '../store/token-cipher.ts';
import type { HttpSender } from '../webhooks/http-request.ts';
import { type AsteriskAccess, reachAsterisk } from './asterisk-access.ts';
import { remedyFor } from './start-problem.ts';
import { secretKey } from './data/secret-key.ts';
import { httpSender } from './http-sender.ts';
import { findOwnRecording } from './sound/own-recordings.ts';
import { openRecordings, type RecordingMachinery } from './sound/recordings.ts';
import { openSounds } from './sound/sounds.ts';
import { RecentDocuments } from './recent-documents.ts';
import { sipEgress } from './sip/sip-directory.ts';
import type { SipEgress } from './sip/sip-egress.ts';
import { openSipTracing, type SipTracing } from './sip/sip-tracing.ts';
import type { Undo } from './undo.ts';
import type { LegworkOptions } from './legwork-options.ts';

/** What every call needs: the database, Asterisk, HTTP requests, sounds. */
export interface Foundation extends LegworkOptions {
  readonly store: Store;
  /** The account's AuthToken; undefined when there is no such account. */
  readonly authToken: (accountSid: string) => Promise<string | undefined>;
  readonly first: FirstAccount;
  /** For documents and sounds, for which calls wait. */
  readonly sender: HttpSender;
  /** For callbacks, with its own connections and name look-ups. */
  readonly callbackSender: HttpSender;
  readonly ownRecording: FindOwnRecording;
  /** How long documents took lately. */
  readonly recentDocuments: RecentDocuments;
  readonly sounds: Sounds;
  readonly mediaStore: MediaStore;
  readonly recording: RecordingMachinery;
  readonly asterisk: AsteriskAccess;
  readonly sipEgress: SipEgress;
  /** The proxy at which clients register, if they do so there. */
  readonly sipProxy?: SipProxy;
  /** Undefined where nobody wants Asterisk's SIP messages. */
  readonly sipTracing: SipTracing | undefined;
  /** How legs take part in rooms of other switches, and their legs in ours. */
  readonly links?: {
    readonly key: string;
    readonly admitted: (ticket: string) => string | undefined;
    readonly elsewhere: RoomsElsewhere;
  };
  /** Not connected yet. */
  readonly ari: AriConnection;
}

export async function layFoundation(options: LegworkOptions, undo: Undo): Promise<Foundation> {
  const { config, clock, log } = options;
  // Closed after the store, so that a request which this cuts off is still owed and sent again by the next start.
  const sender = httpSender(options);
  undo.add(() => sender.close());
  const callbackSender = httpSender(options);
  undo.add(() => callbackSender.close());
  const hold = await holdOwnDatabase(options);
  undo.add(() => hold.release());
  const store = await openOwnStore(options);
  undo.add(() => store.close());
  const first = await store.ensureFirstAccount(
    compact({
      accountSid: config.accountSid,
      authToken: config.authToken,
    }),
  );
  const outside = await soundsAndAsterisk(options, sender, store, undo);
  const { ownRecording, sounds, mediaStore, sox, asterisk, sipTracing } = outside;
  undo.add(() => asterisk.stop());
  const { url, username, password } = asterisk;
  const ari = new AriConnection({ url, username, password, app: config.ariApp, clock, log });
  undo.add(() => ari.close());
  const recording = await openRecordings(options, { ari, store, sox }, undo);
  const authToken = async (sid: string) => (await store.repositories.accounts.find(sid))?.authToken;
  const built = {
    sender,
    callbackSender,
    ownRecording,
    recentDocuments: new RecentDocuments(),
    store,
    authToken,
    first,
    sounds,
    mediaStore,
    recording,
    asterisk,
    sipTracing,
    ari,
  };
  return { ...options, ...built, sipEgress: sipEgress({ config, clock, store, asterisk }) };
}

/** Sounds, and the Asterisk of this process, which fetches them. */
export async function soundsAndAsterisk(
  options: LegworkOptions,
  sender: HttpSender,
  store: Store,
  undo: Undo,
) {
  const { config, clock, log } = options;
  const progress = (line: string) => options.progress(line);
  const ownRecording = findOwnRecording({
    config,
    accounts: store.repositories.accounts,
    recordings: store.repositories.recordings,
    pathOf: (sid) => recordingPath(config.recordingsDir, sid, 'wav'),
  });
  const { sounds, mediaStore, sox } = await openSounds(options, sender, ownRecording);
  const isServed = (url: string) => mediaStore.serves(url);
  const sipTracing = await openSipTracing(options, store);
  undo.add(() => sipTracing?.close());
  const asterisk = await reachAsterisk(config, clock, log, { progress, isServed, hep: sipTracing?.hep });
  return { ownRecording, sounds, mediaStore, sox, asterisk, sipTracing };
}

/** One process for one database: a second one would end the first one's calls, because they are not on its Asterisk. */
export async function holdOwnDatabase(
  options: LegworkOptions,
  { isShared = false } = {},
): Promise<DatabaseHold> {
  const { config, clock, log } = options;
  const onTaken = (error: DatabaseTakenError) => {
    log.fatal({ holder: error.holder }, 'Another Legwork took the database while we could not reach it');
    options.databaseTaken?.(`${error.message}: it took the database while we could not reach it.`);
  };
  try {
    return await holdDatabase(config.databaseUrl, { clock, logger: log, onTaken, isShared });
  } catch (error) {
    if (!(error instanceof DatabaseTakenError)) throw databaseProblem(config, error);
    throw new SetupError(
      `${error.message}, ${placeOf(config)}. Stop it, or set DATABASE_URL to another database.`,
    );
  }
}

async function openOwnStore({ config, clock, log }: LegworkOptions): Promise<Store> {
  const key = await secretKey(config.secretKeyFile);
  try {
    return await openStore(config.databaseUrl, { clock, logger: log, secretKey: key, alone: true });
  } catch (error) {
    throw wrongKeyProblem(config, error);
  }
}

/** The same as `databaseProblem`, and for another key than the database's. */
export function wrongKeyProblem(config: Config, error: unknown): unknown {
  if (!(error instanceof WrongSecretKeyError)) return databaseProblem(config, error);
  return new SetupError(
    `${error.message} than ${config.secretKeyFile}. Put back the key that belongs to this database ` +
      '(every Legwork process on it needs the same file).',
  );
}

/** Says what the operator can mend (the driver's errors have a code) in one line, without the URL, which has a password. */
export function databaseProblem(config: Config, error: unknown): unknown {
  if (error instanceof DatabaseTooNewError) return new SetupError(error.message);
  if (!(error instanceof Error && 'code' in error)) return error;
  const cannot = `The database ${placeOf(config)} cannot be used`;
  const why = remedyFor(error) ?? `${error.message} (see DATABASE_URL)`;
  return new SetupError(`${cannot}: ${why}`, { cause: error });
}

function placeOf({ databaseUrl }: Config): string {
  if (databaseUrl.kind === 'sqlite') return databaseUrl.path;
  const { host, pathname } = new URL(databaseUrl.url);
  return `${host}${pathname}`;
}
