import type { ConferenceRooms, EnterOrder, Seat } from '../../call/conference/conferences.ts';
import type { Clock } from '../../concurrency/clock.ts';

/** A leg of another switch was let into a room here. */
export type GuestEntered = 'full' | { readonly conferenceSid: string; readonly isStarted: boolean };
export type GuestState = 'waiting' | 'started' | 'over' | 'unknown';

/** Where the leg's internal call goes, and what lets it in there, once. */
export interface GuestTicket {
  readonly address: string;
  readonly ticket: string;
}

export interface GuestRoomsDeps {
  readonly rooms: Pick<ConferenceRooms, 'enterHere' | 'leave'>;
  readonly dropGuest: (callSid: string) => Promise<void>;
  /** Where this switch takes SIP. */
  readonly address: string;
  readonly clock: Clock;
}

const TICKET_LASTS_MS = 10_000;
/** A question about a room's state waits so long for a change. */
const WATCH_MS = 8_000;
/** The node of a leg asks about it all the time; after this silence the leg leaves. */
const SILENT_MS = 60_000;

/** Documents are heard where the leg's own node runs them: instead of one it hears music, or goes on hearing the others. */
const hearsNothingAside = () => Promise.resolve(false);

interface Guest {
  readonly seat: Seat;
  stopTimer: () => void;
}

/** The legs of other switches in the rooms of this one, as their nodes drive them by commands. */
export class GuestRooms {
  readonly #deps: GuestRoomsDeps;
  readonly #guests = new Map<string, Guest>();
  readonly #expected = new Map<string, { readonly stopTimer: () => void }>();
  readonly #tickets = new Map<string, { readonly callSid: string; readonly stopTimer: () => void }>();

  constructor(deps: GuestRoomsDeps) {
    this.#deps = deps;
  }

  /** The leg that is let in with this ticket, once. */
  readonly admitted = (ticket: string): string | undefined => {
    const known = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    known?.stopTimer();
    return known?.callSid;
  };

  /** Carries out what the node of a leg asks for; undefined for what nobody asks. */
  async command(action: string, values: Readonly<Record<string, string | undefined>>): Promise<unknown> {
    const callSid = values['callSid'] ?? '';
    switch (action) {
      case 'enter':
        return await this.#enter(JSON.parse(values['order'] ?? '{}') as EnterOrder);
      case 'state':
        return await this.#state(callSid, values['known'] === 'started');
      case 'ticket':
        return this.#ticket(callSid);
      case 'connect':
        await this.#heard(callSid)?.seat.connect(hearsNothingAside);
        return true;
      case 'leave':
        if (this.#guests.has(callSid)) await this.#leave(callSid);
        else await this.#deps.rooms.leave(values['conferenceSid'] ?? '', callSid);
        return true;
      default:
        return undefined;
    }
  }

  /** Legs that were in rooms here when another node drove this switch; their nodes come back to them, or they have left. */
  expect(left: readonly { readonly conferenceSid: string; readonly callSid: string }[]): void {
    for (const { conferenceSid, callSid } of left) {
      const stopTimer = this.#deps.clock.after(SILENT_MS, () => {
        this.#expected.delete(callSid);
        if (!this.#guests.has(callSid)) void this.#deps.rooms.leave(conferenceSid, callSid);
      });
      this.#expected.set(callSid, { stopTimer });
    }
  }

  close(): void {
    for (const timers of [this.#guests, this.#tickets, this.#expected]) {
      for (const { stopTimer } of timers.values()) stopTimer();
    }
    this.#guests.clear();
    this.#tickets.clear();
  }

  async #enter(order: EnterOrder): Promise<GuestEntered> {
    const seat = await this.#deps.rooms.enterHere(order);
    if (seat === 'full') return 'full';
    this.#guests.get(order.callSid)?.stopTimer();
    this.#guests.set(order.callSid, { seat, stopTimer: () => undefined });
    this.#heard(order.callSid);
    return { conferenceSid: seat.conferenceSid, isStarted: seat.started.aborted };
  }

  async #state(callSid: string, knowsOfStart: boolean): Promise<GuestState> {
    const guest = this.#heard(callSid);
    if (guest === undefined) return 'unknown';
    const { over, started } = guest.seat;
    const news = knowsOfStart ? [over] : [over, started];
    if (!news.some(({ aborted }) => aborted)) await this.#deps.clock.sleep(WATCH_MS, AbortSignal.any(news));
    if (over.aborted) return 'over';
    return started.aborted ? 'started' : 'waiting';
  }

  #ticket(callSid: string): GuestTicket {
    const ticket = crypto.randomUUID();
    const stopTimer = this.#deps.clock.after(TICKET_LASTS_MS, () => this.#tickets.delete(ticket));
    this.#tickets.set(ticket, { callSid, stopTimer });
    return { address: this.#deps.address, ticket };
  }

  async #leave(callSid: string): Promise<void> {
    const guest = this.#guests.get(callSid);
    if (guest === undefined) return;
    guest.stopTimer();
    this.#guests.delete(callSid);
    await guest.seat.leave();
    await this.#deps.dropGuest(callSid);
  }

  /** Somebody drives the leg. */
  #heard(callSid: string): Guest | undefined {
    const guest = this.#guests.get(callSid);
    if (guest === undefined) return undefined;
    guest.stopTimer();
    guest.stopTimer = this.#deps.clock.after(SILENT_MS, () => void this.#leave(callSid));
    return guest;
  }
}
