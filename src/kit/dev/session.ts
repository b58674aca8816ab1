import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { statusOf } from '../../call/leg/leg.ts';
import { pressKeys } from '../scenario/press-keys.ts';
import { inWords } from '../simulated-switch/heard.ts';
import { callIn } from '../world/inbound-call.ts';
import { buildWorld, type World, type WorldParts } from '../world/world.ts';
import type { DevOrder } from './arguments.ts';
import type { Wish } from './keyboard.ts';
import { PhonesInHand } from './phones-in-hand.ts';
import type { Screen } from './screen.ts';
import { SessionRecord } from './session-record.ts';

export interface SessionParts extends Omit<WorldParts, 'callees' | 'watcher'> {
  readonly order: DevOrder;
  readonly clock: Clock;
  readonly screen: Screen;
  /** Whether somebody who wants a phone to answer waits until one rings. */
  readonly waitsForPhones: boolean;
  /** A call is over, and was recorded. */
  readonly recorded: (record: SessionRecord, status: string) => Promise<void>;
}

/** Somebody at the keyboard, who calls the application server again and again. */
export class Session {
  readonly #parts: SessionParts;
  readonly #world: World;
  readonly #phones: PhonesInHand;
  /** The caller's leg, while there is a call. */
  #callSid: string | undefined;
  #from = '';
  #record: SessionRecord | undefined;
  /** Resolves when the present call is over and all that it owes is delivered. */
  #over: Promise<void> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { screen, clock } = parts;
    this.#phones = new PhonesInHand(screen, clock, () => this.#record);
    this.#world = buildWorld({ ...parts, callees: this.#phones, watcher: this.#watcher() });
    this.#world.dispatcher.start();
  }

  /** Begins a call; one that runs is hung up first. */
  async call(from: string): Promise<void> {
    this.#hangUp();
    await this.#over;
    const { order, clock, screen } = this.#parts;
    this.#from = from;
    this.#record = new SessionRecord({ to: order.to, from }, clock);
    screen.begins();
    screen.phone(`${from} calls ${order.to}`);
    const { url, to, statusCallback } = order;
    const number = compact({ url, to, statusCallback, method: 'POST', headers: [] });
    this.#over = callIn(this.#world, { ...number, from }).then(() => this.#ends());
  }

  /** Resolves when no call runs any more. */
  async idle(): Promise<void> {
    await this.#over;
  }

  async stop(): Promise<void> {
    this.#hangUp();
    await this.#over;
    await this.#world.dispatcher.stop();
  }

  /** Does what was asked for; resolves when it is done. */
  async does(wish: Exclude<Wish, { kind: 'quit' | 'help' }>): Promise<void> {
    const { screen, clock, waitsForPhones } = this.#parts;
    switch (wish.kind) {
      case 'call':
        return this.call(wish.from);
      case 'press':
        return this.#press(wish.keys);
      case 'say':
        return this.#say(wish.words);
      case 'wait':
        return clock.sleep(wish.ms);
      case 'phone':
        if (waitsForPhones) await Promise.race([this.#phones.oneRings(), this.#over]);
        return this.#phones.does(wish.does);
      case 'change-phone':
        return this.#phones.changeHand(this.#from);
      case 'hangup':
        if (this.#phones.inHand !== undefined) return this.#phones.hangUp();
        if (this.#callSid === undefined) screen.say('There is no call; c NAME calls, q quits.');
        this.#hangUp();
        return undefined;
      case 'unknown':
        return screen.say(`"${wish.text}" is none of the keys; ? shows them.`);
    }
  }

  async #press(keys: string): Promise<void> {
    const { screen, clock } = this.#parts;
    const callee = this.#phones.inHand;
    const callSid = callee?.callSid ?? this.#callSid;
    const party = callSid === undefined ? undefined : this.#world.control.party(callSid);
    if (callSid === undefined || party === undefined) return screen.say('There is no call to press keys in.');
    if (callee === undefined) this.#record?.press(keys);
    else this.#phones.pressed(keys);
    screen.phone(`${callee?.callee.name ?? this.#from} presses ${keys}`);
    await pressKeys(keys, (key) => this.#world.control.press(callSid, key), clock, party.gone);
  }

  async #say(words: string): Promise<void> {
    const { screen } = this.#parts;
    const party = this.#callSid === undefined ? undefined : this.#world.control.party(this.#callSid);
    if (party === undefined) return screen.say('There is no call to say something in.');
    this.#record?.say(words);
    screen.phone(`${this.#from} says "${words}"`);
    await party.speak(words);
  }

  #hangUp(): void {
    if (this.#callSid === undefined || this.#world.control.party(this.#callSid) === undefined) return;
    this.#record?.hangup();
    this.#parts.screen.phone(`${this.#from} hangs up`);
    this.#world.control.otherSideHangsUp(this.#callSid);
  }

  async #ends(): Promise<void> {
    const { screen, recorded } = this.#parts;
    const { tape, dispatcher, services } = this.#world;
    await services.recordings.idle();
    await dispatcher.idle();
    const state = tape.leg(this.#callSid ?? '')?.state;
    const status = state === undefined ? 'refused' : statusOf(state);
    const record = this.#record;
    this.#callSid = undefined;
    this.#record = undefined;
    this.#phones.clear();
    screen.say(`The call is over: ${status}. c NAME calls again, q quits.`);
    if (record !== undefined && state !== undefined) await recorded(record, status);
  }

  #watcher(): WorldParts['watcher'] {
    const { screen } = this.#parts;
    return {
      sent: (request) => screen.request(request),
      replied: (request, reply) => screen.replied(request, reply),
      notification: (notification) => screen.notification(notification),
      hears: (callSid, heard) => {
        const isCaller = callSid === this.#callSid;
        if (isCaller) this.#record?.hears(heard);
        const who = isCaller ? this.#from : this.#nameOf(callSid);
        screen.phone(`${who} hears ${inWords(heard, (sid) => this.#nameOf(sid))}`);
      },
      taken: (_channelId, callSid) => {
        this.#callSid = callSid;
      },
      refused: (why) => screen.say(`The call was refused: ${why}.`),
      bug: (error) =>
        screen.say(`An error inside Legwork: ${error instanceof Error ? error.stack : String(error)}`),
    };
  }

  /** Who is at the end of a leg. */
  #nameOf(callSid: string): string {
    if (callSid === this.#callSid) return this.#from;
    return this.#world.tape.leg(callSid)?.leg.to ?? 'somebody';
  }
}
