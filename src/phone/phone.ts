import type { NameAddress, SipRequest } from 'sip';
import type { Call } from './call.ts';
import { CallInbox, type Script } from './call-inbox.ts';
import { CallAudio } from './call-audio.ts';
import { type Content, Dialog, type ExtraHeaders } from './dialog.ts';
import { IncomingCall } from './incoming-call.ts';
import { type OfferShapes, OutgoingCall } from './outgoing-call.ts';
import { Registration } from './registration.ts';
import { type SipAddress, SipSocket } from './sip-socket.ts';
import { escapeUser, quoted, randomToken } from './sip-text.ts';
import { replyOutsideCalls, type ResponseParts, UserAgent } from './user-agent.ts';
import { Waits } from './waits.ts';

export type { CallEnd } from './call-end.ts';
export { CallOver, SipFailure } from './sip-failure.ts';
export type { IncomingCall, OutgoingCall };

export interface PhoneOptions {
  /** User part and digest user name. */
  readonly name: string;
  readonly password?: string;
  /** Where the phone registers and sends calls to plain numbers. Without a server it can only call whole SIP URIs. */
  readonly server?: SipAddress;
  /** An address of 127.0.0.0/8. */
  readonly localHost?: string;
  /** Default: any free port. */
  readonly localPort?: number;
  readonly displayName?: string;
  /** What the phone puts into Contact instead of its address, as a phone behind a NAT does. */
  readonly contact?: string;
  /** How long the phone waits for anything. Default: 30 s. */
  readonly waitMs?: number;
  /** Answers a request instead of the phone, like a server that asks for a password; undefined leaves it to the phone. */
  readonly screen?: (request: SipRequest) => ResponseParts | undefined;
  /** Called with every SIP message. */
  readonly onTrace?: (direction: 'sent' | 'received', text: string) => void;
}

export interface CallOptions extends OfferShapes {
  readonly headers?: ExtraHeaders;
  /** Another user part in the From header, or a whole address (`sip:anonymous@anonymous.invalid`). */
  readonly from?: string;
  /** Another URI in the To header, which says whom the call is for when the request URI says only where it goes. */
  readonly to?: string;
  readonly displayName?: string;
}

export interface StopOptions {
  /** Stops without BYE and without unregistering, like a phone that lost power. */
  readonly abruptly?: boolean;
}

/** Long: nobody waits for a phone that works, and a machine with both cores busy may be many seconds late. */
const DEFAULT_WAIT_MS = 30_000;
/** How long a stopping phone waits for its calls and its server, which may be gone already. */
const FAREWELL_MS = 1000;

/** A SIP MESSAGE that came, outside of any call. */
export interface ReceivedMessage {
  /** The URIs of From and To. */
  readonly from: string;
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
}

/** A real softphone on loopback that does what a test or the demo tells it. */
export class Phone {
  readonly name: string;
  /** What was written to this phone, in the order in which it came. */
  readonly messages: ReceivedMessage[] = [];
  readonly #options: PhoneOptions;
  readonly #waits: Waits;
  readonly #calls = new Set<Call>();
  readonly #inbox: CallInbox;
  #agent!: UserAgent;
  #registration: Registration | undefined;
  #stopped = false;

  private constructor(options: PhoneOptions) {
    this.name = options.name;
    this.#options = options;
    this.#waits = new Waits(options.name, options.waitMs ?? DEFAULT_WAIT_MS);
    this.#inbox = new CallInbox(this.#waits);
  }

  static async start(options: PhoneOptions): Promise<Phone> {
    const { localHost = '127.0.0.1', localPort = 0, name, password = '', server } = options;
    if (!localHost.startsWith('127.'))
      throw new Error(`${name}: phones stay on 127.0.0.0/8, not ${localHost}`);
    const phone = new Phone(options);
    const socket = await SipSocket.open(
      { host: localHost, port: localPort },
      { onRequest: (request, text) => phone.#receive(request, text), onTrace: options.onTrace },
    );
    phone.#agent = new UserAgent(socket, phone.#waits, { user: name, password });
    if (server !== undefined) phone.#registration = new Registration(phone.#agent, server, phone.#contact);
    return phone;
  }

  /** Where others can call it without a server. */
  get uri(): string {
    const { host, port } = this.#agent.socket.address;
    return `sip:${this.name}@${host}:${port}`;
  }

  get address(): SipAddress {
    return this.#agent.socket.address;
  }

  get isRegistered(): boolean {
    return this.#registration?.active === true;
  }

  /** Registers, and stays registered. Throws SipFailure (401 or 403 if the password is wrong). */
  async register(options: { expires?: number; withinMs?: number } = {}): Promise<void> {
    await this.#theRegistration.register(options.expires ?? 60, options.withinMs);
  }

  async unregister(options: { withinMs?: number } = {}): Promise<void> {
    await this.#theRegistration.unregister(options.withinMs);
  }

  /** Sends somebody at the server a request that belongs to no call; resolves with the status of the response. */
  async request(method: string, callee: string, content?: Content): Promise<number> {
    const { server } = this.#options;
    if (server === undefined) throw new Error(`${this.name} has no server to send a ${method} to`);
    const target = this.#serverUri(callee);
    const dialog = new Dialog({
      callId: randomToken(),
      local: { uri: this.#serverUri(this.name), params: {} },
      remote: { uri: target, params: {} },
      target,
      contact: this.#contact,
    });
    const build = () => dialog.request(method, content === undefined ? {} : { content });
    return (await this.#agent.transact(build, server)).status;
  }

  /** Sends an INVITE to a number at the server, or to a whole SIP URI, and does not wait for a response. */
  async call(callee: string, options: CallOptions = {}): Promise<OutgoingCall> {
    const { server, displayName } = this.#options;
    const { host, port } = server ?? this.address;
    const user = options.from ?? this.name;
    const name = options.displayName ?? displayName;
    const uri = user.startsWith('sip:') ? user : `sip:${escapeUser(user)}@${host}:${port}`;
    const local: NameAddress = { uri, params: {} };
    if (name !== undefined) local.name = quoted(name);
    const target = callee.startsWith('sip:') ? callee : this.#serverUri(callee);
    const dialog = new Dialog({
      callId: randomToken(),
      local,
      remote: { uri: options.to ?? target, params: {} },
      target,
      contact: this.#contact,
    });
    const audio = new CallAudio(this.#waits);
    await audio.open(this.address.host);
    const call = this.#track(new OutgoingCall(this.#partsOf(dialog, audio), callee, options));
    call.invite(options.headers);
    return call;
  }

  /** The next call to this phone, including one that has come already. */
  incoming(options: { withinMs?: number } = {}): Promise<IncomingCall> {
    return this.#inbox.next(options);
  }

  /** Runs the script for every incoming call. `stop` throws what it threw, unless the call was over. */
  onIncoming(script: Script): void {
    this.#inbox.run(script);
  }

  /** Ends the calls, unregisters, and leaves no socket and no timer. Throws what a script threw. */
  async stop(options: StopOptions = {}): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (options.abruptly !== true) {
      const withinMs = FAREWELL_MS;
      const farewells = [...this.#calls].map((call) => call.hangUp({ withinMs }));
      if (this.isRegistered) farewells.push(this.#theRegistration.unregister(withinMs));
      await this.#waits
        .until('the end of its calls', Promise.allSettled(farewells), { withinMs })
        .catch(() => undefined);
    }
    const [scriptError] = this.#inbox.errors;
    this.#registration?.stop();
    for (const call of this.#calls) call.finish({ by: 'us', how: 'lost' });
    this.#waits.stop();
    await this.#agent.socket.close();
    if (scriptError !== undefined) throw scriptError;
  }

  get #theRegistration(): Registration {
    if (this.#registration === undefined) throw new Error(`${this.name} has no server to register with`);
    return this.#registration;
  }

  get #contact(): NameAddress {
    return { uri: this.#options.contact ?? this.uri, params: {} };
  }

  #serverUri(user: string): string {
    const { server } = this.#options;
    if (server === undefined) throw new Error(`${this.name} has no server; it can only call SIP URIs`);
    return `sip:${escapeUser(user)}@${server.host}:${server.port}`;
  }

  #partsOf(dialog: Dialog, audio: CallAudio) {
    return { agent: this.#agent, dialog, audio, onOver: (call: Call) => void this.#calls.delete(call) };
  }

  #track<C extends Call>(call: C): C {
    this.#calls.add(call);
    return call;
  }

  #receive(request: SipRequest, text: string): void {
    const { to, 'call-id': callId } = request.headers;
    const calls = [...this.#calls];
    const call = calls.find((one) => one.callId === callId && one.localTag === to.params['tag']);
    if (call !== undefined) return call.receive(request);
    if (request.method === 'ACK') return;
    const reply = this.#options.screen?.(request);
    if (reply !== undefined) return this.#agent.respond(request, reply, randomToken());
    if (request.method === 'INVITE' && !('tag' in to.params)) return void this.#receiveInvite(request, text);
    const canceled = calls.find((one) => one instanceof IncomingCall && one.isCanceledBy(request));
    if (request.method === 'CANCEL' && canceled instanceof IncomingCall)
      return canceled.receiveCancel(request);
    if (request.method === 'MESSAGE') this.messages.push(messageIn(request));
    this.#agent.respond(request, replyOutsideCalls(request), randomToken());
  }

  async #receiveInvite(invite: SipRequest, text: string): Promise<void> {
    const audio = new CallAudio(this.#waits);
    const dialog = Dialog.incoming(invite, this.#contact);
    const call = this.#track(new IncomingCall(this.#partsOf(dialog, audio), invite, text));
    try {
      await audio.open(this.address.host);
    } catch (error) {
      if (!call.isOver) call.reject(500, 'No RTP Port', { Warning: `399 phone "${String(error)}"` });
      return;
    }
    this.#inbox.deliver(call);
  }
}

function messageIn({ headers, content }: SipRequest): ReceivedMessage {
  const { from, to } = headers;
  // The package gives one character for each byte.
  const body = Buffer.from(content ?? '', 'latin1').toString('utf8');
  return { from: from.uri, to: to.uri, contentType: String(headers['content-type']), body };
}
