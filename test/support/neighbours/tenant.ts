import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OutgoingCall, Phone } from '../../../src/phone/phone.ts';
import { ApplicationServer, type Reply } from '../application-server.ts';
import { type RestReply, restRequest } from '../story-stack.ts';

/** A running Legwork, as its first account sees it. */
export interface Installation {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly sip: { readonly host: string; readonly port: number };
}

/** Who may use REST. */
interface Account {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
}

const PASSWORD = 'correct-horse';
const WAIT_MS = 60_000;
/** How long to wait after a 429. */
const SLOW_DOWN_MS = 500;
const PATIENCE_S = 60;

/** One of several customers of an installation: a sub-account, an application server, phones. */
export class Tenant {
  readonly app: ApplicationServer;
  readonly account: Account;
  readonly #installation: Installation;
  readonly #localHost: string;
  readonly #phones: Phone[] = [];
  /** What it made over REST, the last one first. */
  readonly #made: string[] = [];
  readonly #last: (() => void)[] = [];
  readonly #held = new Set<ServerResponse>();
  #released = false;

  private constructor(
    installation: Installation,
    account: Account,
    app: ApplicationServer,
    localHost: string,
  ) {
    this.#installation = installation;
    this.account = account;
    this.app = app;
    this.#localHost = localHost;
  }

  /** A new sub-account, whose phones are at `localHost`. */
  static async moveIn(installation: Installation, name: string, localHost: string): Promise<Tenant> {
    const { url, accountSid, authToken } = installation;
    const reply = await fetch(`${url}/2012-04-24/Accounts.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
      body: new URLSearchParams({ FriendlyName: name }),
    });
    const made = (await reply.json()) as Record<string, unknown>;
    assert.equal(reply.status, 201, JSON.stringify(made));
    const account = { url, accountSid: String(made['sid']), authToken: String(made['auth_token']) };
    return new Tenant(installation, account, await ApplicationServer.start(), localHost);
  }

  get sip(): Installation['sip'] {
    return this.#installation.sip;
  }

  /** Does not reply; who asks is counted as long as it waits. */
  readonly hold = (_request: unknown, response: ServerResponse): Reply | undefined => {
    if (this.#released) return { status: 204 };
    this.#held.add(response);
    response.once('close', () => this.#held.delete(response));
    return undefined;
  };

  /** How many requests wait for a reply now. */
  get held(): number {
    return this.#held.size;
  }

  /** Replies to all who wait, and from now on at once, until it is told to hold them again. */
  release(isReleased = true): void {
    this.#released = isReleased;
    for (const response of this.#held) response.end();
  }

  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply> {
    return restRequest(this.account, method, path, form);
  }

  /** A number whose VoiceUrl is `path`; its callbacks go to `/number` unless `fields` say otherwise. */
  async number(
    phoneNumber: string,
    path: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.#create('/IncomingPhoneNumbers.json', {
      PhoneNumber: phoneNumber,
      VoiceUrl: this.app.url(path),
      StatusCallback: this.app.url('/number'),
      ...fields,
    });
  }

  /** A client with a registered phone. */
  async phone(login: string): Promise<Phone> {
    await this.#create('/Clients.json', { Login: login, Password: PASSWORD });
    const phone = await Phone.start({
      name: login,
      password: PASSWORD,
      server: this.sip,
      localHost: this.#localHost,
      waitMs: WAIT_MS,
    });
    this.#phones.push(phone);
    await phone.register();
    return phone;
  }

  /** Orders a call; what the reply's status was. */
  async order(form: Readonly<Record<string, string>>): Promise<number> {
    const { status } = await this.rest('POST', '/Calls.json', { From: '+15550199', ...form });
    return status;
  }

  /** Ends its calls that nobody ends. */
  async hangUpAll(): Promise<void> {
    for (const status of ['queued', 'ringing', 'in-progress']) {
      const { json } = await this.#patiently('GET', `/Calls.json?Status=${status}&PageSize=1000`);
      const calls = json['calls'] as readonly { readonly sid: string }[];
      await Promise.all(
        calls.map(({ sid }) => this.#patiently('POST', `/Calls/${sid}.json`, { Status: 'completed' })),
      );
    }
  }

  /** Fetches a recording's sound; the status, when all of it has come. */
  async sound(recordingSid: string, format: 'wav' | 'mp3', signal?: AbortSignal): Promise<number> {
    const { url, accountSid, authToken } = this.account;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const address = `${url}/2012-04-24/Accounts/${accountSid}/Recordings/${recordingSid}.${format}`;
    try {
      const reply = await fetch(address, {
        headers: { authorization },
        ...(signal === undefined ? {} : { signal }),
      });
      await reply.arrayBuffer();
      return reply.status;
    } catch (error) {
      if (signal?.aborted === true) return 0;
      throw error;
    }
  }

  /** Ends everything that it does, and its account. */
  async moveOut(): Promise<void> {
    await Promise.allSettled(this.#phones.map((phone) => phone.stop()));
    for (const path of this.#made) await this.#patiently('DELETE', path);
    const { url, accountSid } = this.account;
    const { authToken } = this.#installation;
    await restRequest({ url, accountSid, authToken }, 'POST', '.json', { Status: 'closed' });
    await this.app.stop();
    for (const step of this.#last) step();
  }

  /** Something to close when it moves out. */
  onMoveOut(step: () => void): void {
    this.#last.push(step);
  }

  /** Like `rest`; after a behaviour that used up all requests of its account, it waits until there are some again. */
  async #patiently(...request: Parameters<Tenant['rest']>): Promise<RestReply> {
    const deadline = performance.now() + PATIENCE_S * 1000;
    for (;;) {
      const reply = await this.rest(...request);
      if (reply.status !== 429) return reply;
      if (performance.now() > deadline) throw new Error(`REST still answers 429 after ${PATIENCE_S} s`);
      await sleep(SLOW_DOWN_MS);
    }
  }

  async #create(path: string, form: Readonly<Record<string, string>>): Promise<void> {
    const created = await this.rest('POST', path, form);
    assert.equal(created.status, 201, JSON.stringify(created.json));
    this.#made.unshift(path.replace('.json', `/${String(created.json['sid'])}.json`));
  }
}

/** Waits for the end of a call, however it comes. */
export async function over(call: OutgoingCall): Promise<void> {
  await call.ended.catch(() => undefined);
}
