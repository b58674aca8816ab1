import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { messagesLogIn } from '../../src/bundled-asterisk/asterisk-folder.ts';
import { Phone, type PhoneOptions } from '../../src/phone/phone.ts';
import { ApplicationServer } from './application-server.ts';
import { type CallJson, describeLegs } from './live-legs.ts';
import { assertGenuine, describeRequests } from './live-requests.ts';
import { type LiveStack, sharedStack, startLiveStack } from './live-stack.ts';
import { ownPort } from './own-ports.ts';
import type { RestReply, StoryStack } from './story-stack.ts';

const PASSWORD = 'correct-horse';
/** A failed test shows so many characters of Legwork's log, and of Asterisk's. */
const LONGEST_LOG = 20_000;
const LONGEST_MESSAGES = 4_000;

const PAGE_SIZE = 1000;

/** Environment variables of a Legwork of a group's own. */
type Settings = Readonly<Record<string, string>>;

/** Every leg that REST lists, newest first. */
async function allCalls(stack: StoryStack): Promise<readonly CallJson[]> {
  const calls: CallJson[] = [];
  for (let page = 0; calls.length === page * PAGE_SIZE; page += 1) {
    const { json } = await stack.rest('GET', `/Calls.json?PageSize=${PAGE_SIZE}&Page=${page}`);
    calls.push(...(json['calls'] as CallJson[]));
  }
  return calls;
}

/** One customer's story on the shared stack: an application server, a number, phones. Nothing is left of it. */
export class LiveStory<S extends StoryStack = LiveStack> {
  readonly stack: S;
  readonly app: ApplicationServer;
  readonly #phones: Phone[] = [];
  readonly #cleanUp: (() => Promise<unknown>)[] = [];
  /** CallSids of earlier stories on the same stack. */
  readonly #earlier: ReadonlySet<string>;
  /** How long the log of the stack was when the story began. */
  readonly #logFrom: number;

  private constructor(stack: S, app: ApplicationServer, earlier: ReadonlySet<string>) {
    this.stack = stack;
    this.app = app;
    this.#earlier = earlier;
    this.#logFrom = stack.output.length;
  }

  static async begin(stack?: LiveStack): Promise<LiveStory> {
    return LiveStory.on(stack ?? (await sharedStack()));
  }

  /** A story on any running Legwork. */
  static async on<T extends StoryStack>(stack: T): Promise<LiveStory<T>> {
    const earlier = new Set((await allCalls(stack)).map(({ sid }) => sid));
    // Nobody else may answer in its place when it is down.
    return new LiveStory<T>(stack, await ApplicationServer.start({ port: await ownPort() }), earlier);
  }

  /** A registered softphone and its account, which has these `client` fields. */
  async phone(
    login: string,
    options: {
      readonly register?: boolean;
      readonly localHost?: string;
      readonly client?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Phone> {
    await this.client(login, options.client);
    const phone = await this.#clientPhone(login, options.localHost);
    if (options.register !== false) await phone.register();
    return phone;
  }

  /** One more registered phone of a client that exists. */
  async anotherPhone(login: string, localHost: string, contact?: string): Promise<Phone> {
    const phone = await this.#clientPhone(login, localHost, contact);
    await phone.register();
    return phone;
  }

  async #clientPhone(login: string, localHost: string | undefined, contact?: string): Promise<Phone> {
    const phone = await Phone.start({
      name: login,
      password: PASSWORD,
      server: this.stack.sip,
      ...(localHost === undefined ? {} : { localHost }),
      ...(contact === undefined ? {} : { contact }),
    });
    this.#phones.push(phone);
    return phone;
  }

  /** A SIP peer that is no client: it cannot register. */
  async peer(
    name: string,
    localHost: string,
    options: Pick<PhoneOptions, 'screen' | 'localPort'> = {},
  ): Promise<Phone> {
    const server = this.stack.sip;
    const phone = await Phone.start({ name, server, localHost, ...options });
    this.#phones.push(phone);
    return phone;
  }

  /** A client without a phone. */
  async client(login: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const created = await this.rest('POST', '/Clients.json', { Login: login, Password: PASSWORD, ...fields });
    assert.equal(created.status, 201, JSON.stringify(created.json));
    this.#cleanUp.push(() => this.rest('DELETE', `/Clients/${String(created.json['sid'])}.json`));
  }

  /** A number whose VoiceUrl is `/voice` of the application server and whose StatusCallback is `/number`. */
  async number(phoneNumber: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const created = await this.rest('POST', '/IncomingPhoneNumbers.json', {
      PhoneNumber: phoneNumber,
      VoiceUrl: this.app.url('/voice'),
      StatusCallback: this.app.url('/number'),
      ...fields,
    });
    assert.equal(created.status, 201, JSON.stringify(created.json));
    this.#cleanUp.push(() =>
      this.rest('DELETE', `/IncomingPhoneNumbers/${String(created.json['sid'])}.json`),
    );
  }

  /** Anything else to undo at the end, before the phones stop. */
  onEnd(step: () => Promise<unknown>): void {
    this.#cleanUp.push(step);
  }

  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply> {
    return this.stack.rest(method, path, form);
  }

  /** The legs of this story as REST shows them, oldest first. */
  async calls(): Promise<readonly CallJson[]> {
    const calls = await allCalls(this.stack);
    return calls.filter(({ sid }) => !this.#earlier.has(sid)).toReversed();
  }

  /** All legs of this story, named by their `To`: `{ A: 'inbound completed', B: 'outbound-dial busy' }`. */
  async legs(names: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    return describeLegs(await this.calls(), names);
  }

  /** What the timeline of the one leg to `to` warns its application's author of. */
  async notices(to: string): Promise<readonly string[]> {
    const leg = (await this.calls()).find((call) => call.to === to);
    const { json } = await this.rest('GET', `/Calls/${leg?.sid}/Events.json?PageSize=1000`);
    const events = json['events'] as { kind: string; data: { message: string } }[];
    return events.filter(({ kind }) => kind === 'notice').map(({ data }) => data.message);
  }

  /** Waits until every call is over and every callback delivered, in Legwork and in Asterisk. */
  quiet(): Promise<void> {
    return this.stack.quiet();
  }

  /** Shows what Legwork said meanwhile when the test has failed, and what Asterisk said last. */
  showLogOf(test: Mocha.Test | undefined): void {
    if (test?.state !== 'failed') return;
    console.log(this.stack.output.slice(this.#logFrom).slice(-LONGEST_LOG));
    const messages = messagesLogIn(this.stack.dataDir);
    if (existsSync(messages)) console.log(readFileSync(messages, 'utf8').slice(-LONGEST_MESSAGES));
  }

  /** Ends the story: nothing may be left of it, and no mistake of ours may have been logged. */
  async end(): Promise<void> {
    try {
      await Promise.all(this.#phones.map((phone) => phone.stop()));
      await this.quiet();
    } finally {
      // The next story shall not fail for this one.
      for (const step of this.#cleanUp.toReversed()) await step();
      await this.app.stop();
    }
    assert.deepEqual(this.stack.loggedErrors.splice(0), []);
  }

  /**
   * Everything that the application server was asked, complete: one list per leg and path, in the order of
   * arrival (nothing is promised across them). Legs are named A, B, C … as `names` says by their `To`, sounds
   * that were fetched are a `file`; URLs of the application server are written without its origin.
   */
  requests(names: Readonly<Record<string, string>>): Record<string, string[]> {
    assertGenuine(this.app.requests, this.stack.authToken);
    return describeRequests(this.app, names);
  }

  /** The same without what came again with the same token: a process that dies may have sent it already. */
  requestsOnce(names: Readonly<Record<string, string>>): Record<string, string[]> {
    assertGenuine(this.app.requests, this.stack.authToken);
    return describeRequests(this.app, names, true);
  }
}

/**
 * Declares a group of stories: `story()` is the one of the test that runs. With `settings` (environment
 * variables) they have a stack of their own.
 */
export function stories(
  title: string,
  define: (story: () => LiveStory) => void,
  settings?: Settings | (() => Promise<Settings>),
): void {
  describe(title, () => {
    let current: LiveStory | undefined;
    let ownStack: LiveStack | undefined;
    before(async function () {
      this.timeout(60_000);
      if (settings === undefined) return;
      ownStack = await startLiveStack(typeof settings === 'function' ? await settings() : settings);
    });
    after(async function () {
      this.timeout(60_000);
      await ownStack?.stop();
    });
    beforeEach(async function () {
      this.timeout(60_000);
      current = undefined;
      current = await LiveStory.begin(ownStack);
    });
    afterEach(async function () {
      current?.showLogOf(this.currentTest);
      await current?.end();
    });
    define(() => {
      if (current === undefined) throw new Error('A story exists only while a test runs');
      return current;
    });
  });
}
