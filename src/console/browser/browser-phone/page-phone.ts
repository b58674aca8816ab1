import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { RTCSessionEvent, UA } from 'jssip/lib/UA.js';
import { openMeter, type SoundMeter } from './sound-meter.ts';

/** What of a token of REST the phone needs. */
export interface PhoneToken {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly uri: string;
  readonly ice_servers: readonly {
    readonly urls: string;
    readonly username?: string;
    readonly credential?: string;
  }[];
}

export interface PhoneState {
  readonly phase: 'off' | 'connecting' | 'ready' | 'calling' | 'talking';
  /** The login whose phone it is. */
  readonly login?: string;
  /** Why it is off, or how its last call ended. */
  readonly words?: string;
}

const OFF: PhoneState = { phase: 'off' };

/**
 * The phone of this browser tab. There is one, and it outlives the page of the console that began its call, so that the
 * call's ladder can be looked at meanwhile.
 */
class PagePhone {
  state: PhoneState = OFF;
  readonly #listeners = new Set<() => void>();
  #ua: UA | undefined;
  #call: RTCSession | undefined;
  #microphone: MediaStream | undefined;
  #iceServers: RTCIceServer[] = [];
  #meters: { readonly own?: SoundMeter; readonly theirs?: SoundMeter } = {};
  readonly #sound = new Audio();

  /** Calls back when the state changes; the function that it returns takes that back. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Becomes a phone of this client; resolves when it can be called. Rejects with a message for people. */
  async register(login: string, token: PhoneToken): Promise<void> {
    this.stop();
    this.#say({ phase: 'connecting', login });
    try {
      this.#microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      this.#iceServers = token.ice_servers.map((server) => ({ ...server }));
      await this.#connect(login, token);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Calls a number or client. */
  dial(target: string): void {
    this.#ua?.call(target, this.#media());
  }

  press(key: string): void {
    this.#call?.sendDTMF(key);
  }

  hangUp(): void {
    if (this.#call?.isEnded() === false) this.#call.terminate();
  }

  /** Hangs up, and is a phone no longer. */
  stop(): void {
    this.#ua?.stop();
    this.#ua = undefined;
    for (const track of this.#microphone?.getTracks() ?? []) track.stop();
    this.#microphone = undefined;
    this.#closeMeters();
    this.#say(OFF);
  }

  /** How loud both sides are now, 0 to 1. */
  levels(): { readonly own: number; readonly theirs: number } {
    return { own: this.#meters.own?.level() ?? 0, theirs: this.#meters.theirs?.level() ?? 0 };
  }

  async #connect(login: string, token: PhoneToken): Promise<void> {
    const { default: JsSIP } = await import('jssip');
    const ua = new JsSIP.UA({
      // By the way on which this page came.
      sockets: [new JsSIP.WebSocketInterface(`${location.origin.replace(/^http/, 'ws')}/sip`)],
      uri: token.uri,
      authorization_user: token.username,
      password: token.password,
      realm: token.realm,
      session_timers: false,
    });
    this.#ua = ua;
    ua.on('newRTCSession', ({ session, originator }: RTCSessionEvent) =>
      this.#take(session, originator === 'remote'),
    );
    await new Promise<void>((resolve, reject) => {
      ua.on('registered', () => {
        if (this.#call === undefined) this.#say({ phase: 'ready', login });
        resolve();
      });
      ua.on('registrationFailed', ({ cause }) =>
        reject(new Error(`The phone could not register: ${String(cause)}`)),
      );
      ua.on('disconnected', () => reject(new Error('Legwork takes no phone at /sip.')));
      ua.start();
    });
  }

  /** Takes a call, which was asked for in this page: so it is answered at once. */
  #take(call: RTCSession, isIncoming: boolean): void {
    if (this.#call !== undefined) {
      call.terminate({ status_code: 486 });
      return;
    }
    this.#call = call;
    this.#say({ ...this.state, phase: 'calling', words: '' });
    call.on('confirmed', () => this.#say({ ...this.state, phase: 'talking' }));
    call.on('ended', ({ cause }) => this.#over(String(cause)));
    call.on('failed', ({ cause }) => this.#over(String(cause)));
    const listen = (connection: RTCPeerConnection) => {
      connection.addEventListener('track', ({ track }) => this.#hear(new MediaStream([track])));
    };
    if (call.connection) listen(call.connection);
    else call.on('peerconnection', ({ peerconnection }) => listen(peerconnection));
    if (isIncoming) call.answer(this.#media());
  }

  #media() {
    return {
      ...(this.#microphone === undefined ? {} : { mediaStream: this.#microphone }),
      pcConfig: { iceServers: this.#iceServers },
    };
  }

  #hear(stream: MediaStream): void {
    this.#sound.srcObject = stream;
    void this.#sound.play().catch(() => undefined);
    this.#closeMeters();
    const own = this.#microphone === undefined ? {} : { own: openMeter(this.#microphone) };
    this.#meters = { ...own, theirs: openMeter(stream) };
  }

  #over(cause: string): void {
    this.#call = undefined;
    this.#closeMeters();
    if (this.state.phase !== 'off')
      this.#say({ ...this.state, phase: 'ready', words: `The call is over: ${cause}` });
  }

  #closeMeters(): void {
    this.#meters.own?.close();
    this.#meters.theirs?.close();
    this.#meters = {};
  }

  #say(state: PhoneState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const pagePhone = new PagePhone();
