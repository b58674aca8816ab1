import { CompileTurns } from '../../src/rcml/document/compile-turns.ts';
import assert from 'node:assert/strict';
import { ReplayJobs } from '../../src/api/jobs/replay-jobs.ts';
import { startHttpServer } from '../../src/api/http/http-server.ts';
import { type ApiDeps } from '../../src/api/api-deps.ts';
import { createApi } from '../../src/api/http/server.ts';
import type { AccountRecord } from '../../src/records/repositories.ts';
import type { Store } from '../../src/store/store.ts';
import { idleShares } from './work-shares.ts';
import {
  ANY_TRUNK,
  basic,
  FakeLog,
  FakeProvisioning,
  FakeRecordingService,
  TRUNK_ANSWERS,
} from './fake-api.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import { signedText, signText } from '../../src/webhooks/signature.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeWebPhones } from './fake-web-phones.ts';
import { FakeRecordedSounds } from './fake-recorded-sounds.ts';

export type Json = Record<string, unknown>;

export interface ApiOnStore {
  readonly url: string;
  readonly account: AccountRecord;
  readonly provisioning: FakeProvisioning;
  readonly log: FakeLog;
  /** A request as `account`, to a path below it or, with a leading `/`, to any. */
  send(
    method: string,
    path: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<readonly [status: number, json: Json]>;
  close(): Promise<void>;
}

/** The API over real HTTP and on a real database, with a new first account; no calls can be made. */
export async function startApiOn(
  store: Store,
  clock: Clock,
  more: Partial<ApiDeps> = {},
): Promise<ApiOnStore> {
  const { account } = await store.ensureFirstAccount({});
  const [provisioning, log] = [new FakeProvisioning(), new FakeLog()];
  const yes = async () => true;
  const app = createApi({
    repositories: store.repositories,
    callService: { create: () => assert.fail(), end: () => assert.fail(), modify: () => assert.fail() },
    streamService: { begin: () => assert.fail(), stop: () => assert.fail() },
    messages: {
      isReachable: true,
      admit: () => assert.fail(),
      maySendAs: () => assert.fail(),
      create: () => assert.fail(),
    },
    provisioning,
    trunkRules: ANY_TRUNK,
    replayJobs: new ReplayJobs({ ...store.repositories, isAlone: true, clock, log }),
    testTrunk: async () => TRUNK_ANSWERS,
    webPhones: new FakeWebPhones(),
    compileTurns: new CompileTurns(clock),
    shares: idleShares(clock),
    documentP95Ms: () => undefined,
    directory: new FakeDirectory(),
    signing: { signedText, signText },
    rooms: {
      change: () => assert.fail(),
      kick: () => assert.fail(),
      end: () => assert.fail(),
      announce: () => assert.fail(),
    },
    queues: {
      create: () => assert.fail(),
      change: () => assert.fail(),
      remove: () => assert.fail(),
      takeOut: () => assert.fail(),
      move: () => assert.fail(),
      dismiss: () => assert.fail(),
    },
    probes: {
      asterisk: yes,
      sip: yes,
      database: yes,
      databaseTrouble: () => undefined,
      callbacks: async () => ({ pending: 0 }),
      rejectedEntries: () => store.rejectedEntries(),
    },
    recordings: {
      service: new FakeRecordingService(),
      sounds: new FakeRecordedSounds(),
      authRequired: true,
    },
    clock,
    log,
    pid: 1,
    version: '1',
    ...more,
  });
  const server = await startHttpServer(app.callback(), { host: '127.0.0.1', port: 0, clock });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    account,
    provisioning,
    log,
    async send(method, path, form) {
      const base = `/2012-04-24/Accounts/${account.sid}/`;
      const response = await fetch(url + (path.startsWith('/') ? path : base + path), {
        method,
        headers: { Authorization: basic(account.sid, account.authToken), Connection: 'close' },
        ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      });
      const text = await response.text();
      return [response.status, text === '' ? {} : (JSON.parse(text) as Json)];
    },
    close: () => server.close(),
  };
}
