import { randomBytes } from 'node:crypto';
import { digestsOf } from '../../api/clients/digests.ts';
import type { Clock } from '../../concurrency/clock.ts';
import {
  type ClientRecord,
  type NumberRecord,
  type Repositories,
  TakenError,
} from '../../records/repositories.ts';
import { noVoice } from '../../call/routing/routing.ts';
import { newSid } from '../../call/sids.ts';
import { DEMO_LOGINS, DEMO_NUMBER, DEMO_VOICE_PATH } from '../../demo/application.ts';

const PASSWORD_BYTES = 9;

export interface DemoPhone {
  readonly login: string;
  readonly password: string;
}

/** Keeps small texts under a name: the demo phones' passwords, to be shown again at each start. */
export interface Keep {
  read(key: string): Promise<string | undefined>;
  write(key: string, value: string): Promise<void>;
}

export interface DemoOptions {
  readonly accountSid: string;
  readonly publicUrl: string;
  readonly repositories: Pick<Repositories, 'clients' | 'numbers'>;
  readonly keep: Keep;
  readonly clock: Clock;
}

const MADE = 'demo_made';
const passwordKey = (login: string) => `demo_password_${login}`;

/**
 * The demo phones and the demo number: made at the first start, found again later. What somebody has changed or
 * removed since then stays so.
 */
export async function ensureDemoData(options: DemoOptions): Promise<readonly DemoPhone[]> {
  if ((await options.keep.read(MADE)) === undefined) {
    for (const login of DEMO_LOGINS) await makePhone(login, options);
    await makeNumber(options);
    await options.keep.write(MADE, 'yes');
  }
  await followPublicUrl(options);
  return usablePhones(options);
}

/** If a first start was interrupted, it has kept the password already. */
async function makePhone(login: string, options: DemoOptions): Promise<void> {
  const password =
    (await options.keep.read(passwordKey(login))) ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  await options.keep.write(passwordKey(login), password);
  await unlessTaken(options.repositories.clients.insert(clientRecord(login, password, options)));
}

/** Those that still have the password that we gave them. */
async function usablePhones({ repositories, keep }: DemoOptions): Promise<readonly DemoPhone[]> {
  const clients = await repositories.clients.all();
  const phones: DemoPhone[] = [];
  for (const login of DEMO_LOGINS) {
    const password = await keep.read(passwordKey(login));
    const client = clients.find((one) => one.login.toLowerCase() === login);
    if (password !== undefined && client?.ha1 === digestsOf(login, password).ha1)
      phones.push({ login, password });
  }
  return phones;
}

/** If somebody already has a client or a number of this name, theirs stays. */
async function unlessTaken(insert: Promise<void>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    if (!(error instanceof TakenError)) throw error;
  }
}

function clientRecord(login: string, password: string, { accountSid, clock }: DemoOptions): ClientRecord {
  const now = clock.now();
  return {
    ...noVoice(),
    sid: newSid('CL'),
    accountSid,
    friendlyName: login,
    login,
    ...digestsOf(login, password),
    status: 'enabled',
    dateCreated: now,
    dateUpdated: now,
  };
}

async function makeNumber({ accountSid, publicUrl, repositories, clock }: DemoOptions): Promise<void> {
  const now = clock.now();
  const number: NumberRecord = {
    ...noVoice(),
    sid: newSid('PN'),
    accountSid,
    friendlyName: 'Demo',
    phoneNumber: DEMO_NUMBER,
    voiceUrl: `${publicUrl}${DEMO_VOICE_PATH}`,
    dateCreated: now,
    dateUpdated: now,
  };
  await unlessTaken(repositories.numbers.insert(number));
}

/** The demo number's address follows HTTP_PORT and PUBLIC_URL, unless somebody gave it another URL. */
async function followPublicUrl({ publicUrl, repositories, clock }: DemoOptions): Promise<void> {
  const voiceUrl = `${publicUrl}${DEMO_VOICE_PATH}`;
  const numbers = await repositories.numbers.all();
  const demo = numbers.find(
    ({ phoneNumber, friendlyName }) => phoneNumber === DEMO_NUMBER && friendlyName === 'Demo',
  );
  if (demo?.voiceUrl?.endsWith(DEMO_VOICE_PATH) !== true || demo.voiceUrl === voiceUrl) return;
  const change = (current: NumberRecord) => ({ ...current, voiceUrl, dateUpdated: clock.now() });
  await repositories.numbers.update(demo.accountSid, demo.sid, change);
}
