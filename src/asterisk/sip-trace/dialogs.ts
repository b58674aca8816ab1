import type { SipEnd, SipMessage, SipTrace } from '../../call/sip-trace.ts';
import type { TracedLeg } from './traced-legs.ts';

/** A call with a re-INVITE every few seconds has its beginning and its end here. */
const MOST_MESSAGES = 200;
const KEPT_IN_FRONT = 100;
/** A longer one is cut; UDP takes no more in one piece, and few phones as much. */
const LONGEST_TEXT = 65_000;
/** What a message takes besides its text. */
const OVERHEAD_BYTES = 200;

/** The messages with one Call-ID. */
export class Dialog {
  readonly sipCallId: string;
  /** Undefined while nobody knows whose it is. */
  callSid: string | undefined;
  /** Whether the database has all of it. */
  isKept = false;
  bytes = OVERHEAD_BYTES;
  /** When the last message came, by the steady clock. */
  lastAt: number;
  readonly #messages: SipMessage[] = [];
  #omitted = 0;

  constructor(sipCallId: string, now: number) {
    this.sipCallId = sipCallId;
    this.lastAt = now;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  add(message: SipMessage, now: number): void {
    const isStream = message.transport !== 'udp';
    // Over a stream nothing is repeated, but Asterisk may report what it has read at once several times.
    if (
      isStream &&
      this.#messages.some(({ text, source }) => text === message.text && source.port === message.source.port)
    )
      return;
    this.lastAt = now;
    this.isKept = false;
    const last = this.#messages.at(-1);
    // What was received has whole milliseconds only; the order is the one in which Asterisk saw them.
    const at = last === undefined ? message.at : Math.max(message.at, last.at);
    const kept = { ...message, at, text: message.text.slice(0, LONGEST_TEXT) };
    this.#messages.push(kept);
    this.bytes += sizeOf(kept);
    if (this.#messages.length <= MOST_MESSAGES) return;
    const [left] = this.#messages.splice(KEPT_IN_FRONT, 1);
    this.#omitted += 1;
    if (left !== undefined) this.bytes -= sizeOf(left);
  }

  trace({ accountSid, sid, direction }: Pick<TracedLeg, 'accountSid' | 'sid' | 'direction'>): SipTrace {
    const { sipCallId } = this;
    const [first] = this.#messages;
    // The first one is the INVITE: the caller's, or ours.
    const ours = direction === 'inbound' ? first?.destination : first?.source;
    const messages = this.#messages.map((one) => ({ ...one, isSent: isSentFrom(one, ours) }));
    return { accountSid, callSid: sid, sipCallId, messages, omitted: this.#omitted };
  }
}

/** A proxy may answer from another address than was asked, and a phone from another port. */
function isSentFrom({ source, destination }: SipMessage, ours: SipEnd | undefined): boolean {
  if (ours === undefined) return false;
  if (isSame(source, ours)) return true;
  return !isSame(destination, ours) && source.address === ours.address;
}

function isSame(one: SipEnd, other: SipEnd): boolean {
  return one.address === other.address && one.port === other.port;
}

function sizeOf({ text }: SipMessage): number {
  return text.length + OVERHEAD_BYTES;
}

/** Dialogs in the order of their beginning, within a number of bytes: over it the oldest is let go. */
export class DialogPool {
  readonly #dialogs = new Map<string, Dialog>();
  readonly #mostBytes: number;
  readonly #onLetGo: (dialog: Dialog) => unknown;
  #bytes = 0;

  constructor(mostBytes: number, onLetGo: (dialog: Dialog) => unknown) {
    this.#mostBytes = mostBytes;
    this.#onLetGo = onLetGo;
  }

  get size(): number {
    return this.#dialogs.size;
  }

  has(sipCallId: string): boolean {
    return this.#dialogs.has(sipCallId);
  }

  all(): readonly Dialog[] {
    return [...this.#dialogs.values()];
  }

  add(sipCallId: string, message: SipMessage, now: number): void {
    const dialog = this.#dialogs.get(sipCallId) ?? new Dialog(sipCallId, now);
    const before = dialog.bytes;
    dialog.add(message, now);
    if (this.#dialogs.has(sipCallId)) this.#bytes += dialog.bytes - before;
    else this.put(dialog);
    this.#shrink();
  }

  put(dialog: Dialog): void {
    this.#dialogs.set(dialog.sipCallId, dialog);
    this.#bytes += dialog.bytes;
    this.#shrink();
  }

  take(sipCallId: string): Dialog | undefined {
    const dialog = this.#dialogs.get(sipCallId);
    if (dialog === undefined) return undefined;
    this.#dialogs.delete(sipCallId);
    this.#bytes -= dialog.bytes;
    return dialog;
  }

  forget(isOver: (dialog: Dialog) => boolean): void {
    for (const dialog of this.#dialogs.values()) if (isOver(dialog)) this.take(dialog.sipCallId);
  }

  #shrink(): void {
    for (const dialog of this.#dialogs.values()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#onLetGo(dialog);
      this.take(dialog.sipCallId);
    }
  }
}
