import type { Link } from '../../asterisk/legs/links.ts';
import type { SwitchLinks } from '../../asterisk/legs/switch-links.ts';
import type { EnterOrder, RoomsElsewhere, Seat } from '../../call/conference/conferences.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { RoomOwners } from '../../store/lease/room-owners.ts';
import type { SwitchScope } from '../../store/lease/scope.ts';
import type { GuestEntered, GuestState, GuestTicket } from './guest-rooms.ts';
import type { SwitchCommands } from './switch-commands.ts';

export interface RoomsElsewhereDeps {
  readonly owners: RoomOwners;
  readonly scope: SwitchScope;
  readonly commands: SwitchCommands;
  readonly clock: Clock;
  readonly log: Log;
}

/** Longer than a claim lasts without a room (room-owners.ts). */
const FREE_AFTER_MS = 12_000;
/** How often a switch that does not answer is asked again about a place in its room. */
const ASK_AGAIN_MS = 500;
/** So long a switch may be away before a leg leaves its room. */
const AWAY_MS = 60_000;

/** The rooms of the other switches, as legs of one switch take part in them. */
export class OtherRooms implements RoomsElsewhere {
  readonly #deps: RoomsElsewhereDeps;
  #links: Pick<SwitchLinks, 'open'> | undefined;

  constructor(deps: RoomsElsewhereDeps) {
    this.#deps = deps;
  }

  /** Known later. */
  connect(links: Pick<SwitchLinks, 'open'>): void {
    this.#links = links;
  }

  async enter(order: EnterOrder): Promise<Seat | 'full' | 'here' | 'unreachable'> {
    const { owners, scope, log } = this.#deps;
    let owner: string | undefined;
    try {
      owner = await owners.claim(order, scope);
    } catch (error) {
      log.warn({ reason: String(error) }, 'It could not be found out where a conference is');
    }
    if (owner === scope.switchId) return 'here';
    if (owner === undefined || this.#links === undefined) return 'unreachable';
    const seat = new OtherSeat(owner, order, this.#deps, this.#links);
    const entered = await seat.enter();
    return entered === 'entered' ? seat : entered;
  }

  ended(accountSid: string, room: string, isOpen: () => boolean): void {
    const { owners, scope, clock, log } = this.#deps;
    // Somebody may have claimed it a moment ago, for a room that is not there yet.
    clock.after(FREE_AFTER_MS, () => {
      if (isOpen()) return;
      owners
        .free({ accountSid, room }, scope.switchId)
        .catch((error: unknown) =>
          log.debug({ reason: String(error) }, "A conference's name could not be freed"),
        );
    });
  }
}

/** A place in a room on another switch. The leg is led there by an internal call while it takes part. */
class OtherSeat implements Seat {
  readonly #switchId: string;
  readonly #order: EnterOrder;
  readonly #deps: RoomsElsewhereDeps;
  readonly #links: Pick<SwitchLinks, 'open'>;
  readonly #started = new AbortController();
  readonly #over = new AbortController();
  readonly #left = new AbortController();
  #conferenceSid = '';
  #link: Link | undefined;

  constructor(
    switchId: string,
    order: EnterOrder,
    deps: RoomsElsewhereDeps,
    links: Pick<SwitchLinks, 'open'>,
  ) {
    this.#switchId = switchId;
    this.#order = order;
    this.#deps = deps;
    this.#links = links;
  }

  get conferenceSid(): string {
    return this.#conferenceSid;
  }

  get started(): AbortSignal {
    return this.#started.signal;
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Takes the place, and follows what becomes of the room from then on. */
  async enter(): Promise<'entered' | 'full' | 'unreachable'> {
    const entered = await this.#ask<GuestEntered>('enter', { order: JSON.stringify(this.#order) });
    if (entered === undefined) return 'unreachable';
    if (entered === 'full') return 'full';
    this.#conferenceSid = entered.conferenceSid;
    if (entered.isStarted) this.#started.abort();
    void this.#follow();
    return 'entered';
  }

  async connect(): Promise<void> {
    const { callSid } = this.#order;
    const ticket = await this.#ask<GuestTicket>('ticket');
    const link =
      ticket === undefined ? undefined : await this.#links.open(callSid, ticket).catch(() => undefined);
    if (link === undefined) {
      this.#deps.log.warn({ callSid, switch: this.#switchId }, 'A leg could not be led to its conference');
      return this.#over.abort();
    }
    this.#link = link;
    if (this.#left.signal.aborted) return await link.close();
    link.ended.addEventListener('abort', () => {
      if (!this.#left.signal.aborted) this.#over.abort();
    });
    if (link.ended.aborted) return this.#over.abort();
    if ((await this.#ask('connect')) === undefined) this.#over.abort();
  }

  async leave(): Promise<void> {
    this.#left.abort();
    await this.#link?.close();
    await this.#ask('leave', { conferenceSid: this.#conferenceSid });
  }

  async #follow(): Promise<void> {
    const { clock } = this.#deps;
    const until = AbortSignal.any([this.#left.signal, this.#over.signal]);
    let lastAnswerAt = clock.steady();
    while (!until.aborted) {
      const known = this.#started.signal.aborted ? 'started' : 'waiting';
      const state = await this.#ask<GuestState>('state', { known }, until);
      if (until.aborted) return;
      if (state === undefined) {
        if (clock.steady() - lastAnswerAt > AWAY_MS) this.#over.abort();
        await clock.sleep(ASK_AGAIN_MS, until);
        continue;
      }
      lastAnswerAt = clock.steady();
      if (state === 'over') this.#over.abort();
      else if (state === 'started') this.#started.abort();
      // Another node drives that switch now, and knows the leg by what the former one wrote down.
      else if (state === 'unknown') await this.#enterAgain();
    }
  }

  async #enterAgain(): Promise<void> {
    const entered = await this.#ask<GuestEntered>('enter', { order: JSON.stringify(this.#order) });
    if (entered === undefined) return;
    if (entered === 'full' || entered.conferenceSid !== this.#conferenceSid) {
      // Its room has ended; this is another one of the same name.
      if (entered !== 'full') await this.#ask('leave');
      return this.#over.abort();
    }
    if (entered.isStarted) this.#started.abort();
    if (this.#link !== undefined) await this.#ask('connect');
  }

  async #ask<T>(
    action: string,
    values: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const { accountSid, callSid } = this.#order;
    const command = { switchId: this.#switchId, accountSid, action, values: { callSid, ...values } };
    return (await this.#deps.commands.ask(command, signal)) as T | undefined;
  }
}
