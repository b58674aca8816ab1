import { FakeRoomRecorder } from './fake-room-recorder.ts';
import { CompileTurns } from '../../src/rcml/document/compile-turns.ts';
import assert from 'node:assert/strict';
import { ReplayJobs } from '../../src/api/jobs/replay-jobs.ts';
import type { Middleware } from 'koa';
import { type HttpServer, startHttpServer } from '../../src/api/http/http-server.ts';
import type {
  CallChange,
  CallService,
  HealthProbes,
  Provisioning,
  RecordingOrder,
  RecordingService,
  TrunkTest,
} from '../../src/api/ports.ts';
import type { RecordingRecord } from '../../src/call/recording/recording-record.ts';
import type { RecordingTerms } from '../../src/call/recording/running-recordings.ts';
import { type ApiDeps } from '../../src/api/api-deps.ts';
import { createApi } from '../../src/api/http/server.ts';
import { Messages } from '../../src/call/message/messages.ts';
import { ConferenceRooms } from '../../src/call/conference/conferences.ts';
import { CallQueues } from '../../src/call/queue/call-queues.ts';
import { dialledName } from '../../src/call/routing/targets.ts';
import type { AccountRecord, CallRecord } from '../../src/records/repositories.ts';
import { newSid } from '../../src/call/sids.ts';
import type { Log } from '../../src/concurrency/log.ts';
import type { TrunkStatus } from '../../src/call/sip-status.ts';
import type { ApiCallOrder } from '../../src/rcml/run/api-call-order.ts';
import { idleShares } from './work-shares.ts';
import { FakeCallControl } from './fake-call-control.ts';
import { holdAgainstContract } from './contract.ts';
import { FakeMessageSender } from './fake-message-sender.ts';
import { FakeStreamService } from './fake-stream-service.ts';
import { FakeClock } from './fake-clock.ts';
import { signedText, signText } from '../../src/webhooks/signature.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeWebPhones } from './fake-web-phones.ts';
import { FakeRecordedSounds } from './fake-recorded-sounds.ts';
import { memoryRepositories, type MemoryRepositories } from './memory-repositories.ts';

type EndReply = Awaited<ReturnType<CallService['end']>>;
type ModifyReply = Awaited<ReturnType<CallService['modify']>>;

/**
 * Calls that are only noted; what `end` says and what `create` throws is the test's. What the real one says:
 * test/main/calls/call-service.spec.ts.
 */
export class FakeCallService implements CallService {
  readonly orders: ApiCallOrder[] = [];
  readonly started: string[] = [];
  readonly ended: (readonly [accountSid: string, callSid: string, as: string])[] = [];
  readonly modified: (readonly [accountSid: string, callSid: string, change: CallChange])[] = [];
  endReply: EndReply = 'ended';
  modifyReply: ModifyReply = 'modified';
  createError: Error | undefined;
  readonly #repositories: MemoryRepositories;
  readonly #clock: FakeClock;

  constructor(repositories: MemoryRepositories, clock: FakeClock) {
    this.#repositories = repositories;
    this.#clock = clock;
  }

  async create(order: ApiCallOrder) {
    if (this.createError !== undefined) throw this.createError;
    this.orders.push(order);
    const record: CallRecord = {
      sid: newSid('CA'),
      accountSid: order.accountSid,
      direction: 'outbound-api',
      from: order.from,
      to: dialledName(order.callee),
      status: 'queued',
      dateCreated: this.#clock.now(),
      dateUpdated: this.#clock.now(),
    };
    this.#repositories.calls.put(record);
    return { record, start: () => void this.started.push(record.sid) };
  }

  async end(accountSid: string, callSid: string, as: 'completed' | 'canceled'): Promise<EndReply> {
    this.ended.push([accountSid, callSid, as]);
    return this.endReply;
  }

  async modify(accountSid: string, callSid: string, change: CallChange): Promise<ModifyReply> {
    this.modified.push([accountSid, callSid, change]);
    return this.modifyReply;
  }
}

/** Recordings that run because a test says so. What the real one does: test/main/calls/recording-service.spec.ts. */
export class FakeRecordingService implements RecordingService {
  /** What was asked for, in order. */
  readonly asked: unknown[] = [];
  /** Those that run. */
  readonly records: RecordingRecord[] = [];
  beginReply: 'not-in-progress' | 'many' | undefined;
  changeReply: 'refused' | 'failed' | undefined;

  async begin(accountSid: string, callSid: string, terms: RecordingTerms) {
    this.asked.push(['begin', accountSid, callSid, terms]);
    if (this.beginReply !== undefined) return this.beginReply;
    const times = { startTime: 0, dateCreated: 0, dateUpdated: 0 };
    const record: RecordingRecord = {
      ...terms,
      sid: newSid('RE'),
      accountSid,
      callSid,
      status: 'in-progress',
      ...times,
    };
    this.records.push(record);
    return record;
  }

  running(of: { readonly callSid?: string; readonly conferenceSid?: string }) {
    return this.records.filter(({ callSid, conferenceSid }) =>
      of.callSid === undefined ? conferenceSid === of.conferenceSid : callSid === of.callSid,
    );
  }

  async change(recordingSid: string, order: RecordingOrder) {
    this.asked.push(['change', recordingSid, order]);
    const record = this.records.find(({ sid }) => sid === recordingSid);
    if (record === undefined) return 'not-running' as const;
    return this.changeReply ?? { ...record, status: order.status };
  }
}

/** Notes what would be pushed to Asterisk. */
export class FakeProvisioning implements Provisioning {
  readonly pushes: (readonly [what: string, name: string])[] = [];
  readonly phones = new Map<string, readonly string[]>();
  /** Undefined: Asterisk cannot say. */
  trunk: TrunkStatus | undefined;
  /** Undefined answers, an error refuses, and `stalled` never answers. */
  failure: Error | 'stalled' | undefined;

  clientChanged = (client: { login: string; status: string }) =>
    this.#push(`client ${client.status}`, client.login);
  clientRemoved = (login: string) => this.#push('client removed', login);
  trunkChanged = (trunk: { sid: string }) => this.#push('trunk changed', trunk.sid);
  trunkRemoved = (sid: string) => this.#push('trunk removed', sid);

  async clientStatus(login: string) {
    await this.#fail();
    const contacts = this.phones.get(login) ?? [];
    return { registered: contacts.length > 0, contacts };
  }

  async trunkStatus() {
    await this.#fail();
    if (this.trunk === undefined) throw new Error('Asterisk cannot say');
    return this.trunk;
  }

  async reachable() {
    await this.#fail();
    return new Set([...this.phones].flatMap(([login, contacts]) => (contacts.length > 0 ? [login] : [])));
  }

  async #push(what: string, name: string): Promise<void> {
    await this.#fail();
    this.pushes.push([what, name]);
  }

  async #fail(): Promise<void> {
    if (this.failure === 'stalled') await new Promise(() => undefined);
    if (this.failure instanceof Error) throw this.failure;
  }
}

/** The lines of the log, as one text: secrets must not be in it. */
export class FakeLog implements Log {
  readonly lines: string[] = [];
  debug = (fields: object, message: string) => this.#write('debug', fields, message);
  info = (fields: object, message: string) => this.#write('info', fields, message);
  warn = (fields: object, message: string) => this.#write('warn', fields, message);
  error = (fields: object, message: string) => this.#write('error', fields, message);

  #write(level: string, fields: object, message: string): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Record<string, unknown> | undefined;
}

export interface RequestOptions {
  readonly as?: AccountRecord | string;
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** A form's body as it is sent, for what clients encode wrongly. */
  readonly raw?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeApi {
  readonly url: string;
  readonly clock: FakeClock;
  readonly repositories: MemoryRepositories;
  readonly calls: FakeCallService;
  readonly provisioning: FakeProvisioning;
  readonly streams: FakeStreamService;
  readonly directory: FakeDirectory;
  /** Takes the messages that are sent. */
  readonly messageSender: FakeMessageSender;
  readonly rooms: ConferenceRooms;
  readonly queues: CallQueues;
  readonly log: FakeLog;
  /** Of recordings. */
  readonly sounds: FakeRecordedSounds;
  readonly recordingService: FakeRecordingService;
  readonly probes: { -readonly [K in keyof HealthProbes]: HealthProbes[K] };
  readonly main: AccountRecord;
  /** Below `main`. */
  readonly sub: AccountRecord;
  /** Has nothing to do with `main`. */
  readonly stranger: AccountRecord;
  /** A request as `main`, to a path below `/2012-04-24/Accounts/{main}` or, with a leading `/`, to any. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  close(): Promise<void>;
}

/** Rules by which a trunk may be anywhere. */
export const ANY_TRUNK = {
  widestNetwork: 24,
  hostProblem: () => Promise.resolve(undefined),
  phonesOfOthers: () => Promise.resolve([]),
};

/** What came of OPTIONS to any trunk. */
export const TRUNK_ANSWERS = {
  kind: 'answered',
  address: '192.0.2.1:5060',
  status: 200,
  reason: 'OK',
  server: 'PBX 7',
  ms: 12.4,
} as const satisfies TrunkTest;

/** Given to `startFakeApi`: RECORDING_AUTH=off. */
export const openSounds: Middleware = (_ctx, next) => next();

/** The API over real HTTP, with everything behind it in memory. */
export async function startFakeApi(
  ...parts: readonly (
    | Middleware
    | Partial<
        Pick<
          ApiDeps,
          | 'rateLimits'
          | 'metrics'
          | 'trunkRules'
          | 'testTrunk'
          | 'logLines'
          | 'trustedProxies'
          | 'console'
          | 'live'
          | 'ice'
          | 'webPhones'
          | 'webPhonesOff'
          | 'sipInMemory'
          | 'sipSetup'
          | 'askDocument'
        >
      >
  )[]
): Promise<FakeApi> {
  const others = parts.filter((part) => typeof part === 'function');
  const settings = parts.filter((part) => typeof part === 'object');
  const clock = new FakeClock(Date.UTC(2026, 0, 31, 12));
  const repositories = memoryRepositories();
  const [main, sub, stranger] = [
    account('main@example.com'),
    account('sub@example.com'),
    account('else@example.com'),
  ];
  const below = { ...sub, parentSid: main.sid };
  for (const one of [main, below, stranger]) await repositories.accounts.insert(one);
  const calls = new FakeCallService(repositories, clock);
  const provisioning = new FakeProvisioning();
  const streamService = new FakeStreamService(repositories.streams, main.sid, clock);
  const directory = new FakeDirectory();
  const messageSender = new FakeMessageSender();
  const messages = new Messages({
    store: repositories.messages,
    directory,
    sender: messageSender,
    clock,
    find: (accountSid, sid) => repositories.messages.find(accountSid, sid),
    onTrouble: (_sid, error) => assert.fail(String(error)),
  });
  const rooms = new ConferenceRooms({
    store: repositories.conferences,
    control: new FakeCallControl(clock, { input: () => undefined }),
    clock,
    recorder: new FakeRoomRecorder(),
    onTrouble: (_sid, error) => assert.fail(String(error)),
  });
  repositories.queues.clock = clock;
  const queues = new CallQueues(
    {
      store: repositories.queues,
      clock,
      onTrouble: (_sid, error) => assert.fail(String(error)),
    },
    { maxSize: 1000, maxQueues: 10 },
  );
  const log = new FakeLog();
  const probes = healthy();
  const sounds = new FakeRecordedSounds();
  const recordingService = new FakeRecordingService();
  const recordings = { service: recordingService, sounds, authRequired: !others.includes(openSounds) };
  const app = createApi(
    {
      repositories,
      callService: calls,
      streamService,
      messages,
      provisioning,
      rooms,
      queues,
      trunkRules: ANY_TRUNK,
      replayJobs: new ReplayJobs({ ...repositories, isAlone: true, clock, log }),
      testTrunk: async () => TRUNK_ANSWERS,
      webPhones: new FakeWebPhones(),
      compileTurns: new CompileTurns(clock),
      shares: idleShares(clock),
      documentP95Ms: () => undefined,
      directory,
      signing: { signedText, signText },
      ...Object.assign({}, ...settings),
      probes,
      recordings,
      clock,
      log,
      pid: 4711,
      version: '1.2.3',
    },
    ...others,
  );
  const server: HttpServer = await startHttpServer(app.callback(), { host: '127.0.0.1', port: 0, clock });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    clock,
    repositories,
    calls,
    streams: streamService,
    directory,
    messageSender,
    provisioning,
    rooms,
    queues,
    log,
    probes,
    sounds,
    recordingService,
    main,
    sub: below,
    stranger,
    request: (method, path, options = {}) =>
      send(
        method,
        path.startsWith('/') ? url + path : `${url}/2012-04-24/Accounts/${main.sid}/${path}`,
        main,
        options,
      ),
    close: async () => {
      await server.close();
      assert.equal(clock.timers, 0, 'a timer was left');
    },
  };
}

async function send(
  method: string,
  url: string,
  main: AccountRecord,
  options: RequestOptions,
): Promise<Reply> {
  const {
    as = main,
    form,
    raw = form === undefined ? undefined : formText(form),
    json,
    headers = {},
  } = options;
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await fetch(url, {
    method,
    headers: {
      Connection: 'close',
      ...(as === '' ? {} : { Authorization: typeof as === 'string' ? as : basic(as.sid, as.authToken) }),
      ...(body === undefined ? {} : { 'Content-Type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
  const shown = isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  holdAgainstContract(method, url, response.status, shown);
  return { status: response.status, headers: response.headers, text, json: shown };
}

export function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}

function formText(form: NonNullable<RequestOptions['form']>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(name, one);
  }
  return parameters.toString();
}

function healthy(): FakeApi['probes'] {
  return {
    asterisk: async () => true,
    sip: async () => true,
    database: async () => true,
    databaseTrouble: () => undefined,
    callbacks: async () => ({ pending: 2, oldestS: 7 }),
    rejectedEntries: async () => 0,
  };
}

function account(emailAddress: string): AccountRecord {
  return {
    sid: newSid('AC'),
    friendlyName: emailAddress,
    emailAddress,
    status: 'active',
    authToken: newSid('CA').slice(2),
    dateCreated: Date.UTC(2025, 0, 1),
    dateUpdated: Date.UTC(2025, 0, 1),
  };
}

/** The SIDs of a list's resources, in its order. */
export function sidsIn(reply: Reply, key: string): readonly string[] {
  const items = reply.json?.[key];
  assert.ok(Array.isArray(items), reply.text);
  return (items as { sid: string }[]).map(({ sid }) => sid);
}
