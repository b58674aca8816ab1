import type { HttpMethod } from '../../call/http-method.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { Position } from './position.ts';

/** The documents that are run beside a call's own, in the words of messages. */
export const SIDE_DOCUMENTS = {
  /** What a callee hears when it has answered, before it talks to the caller. */
  screening: 'a screening document',
  /** What a participant hears until its conference begins. */
  wait: 'a wait document',
} as const;

export type SideDocumentKind = keyof typeof SIDE_DOCUMENTS;

/** A document that a verb runs on a leg beside the call's own. Only verbs that allow it run; others are skipped. */
export interface SideDocument {
  readonly kind: SideDocumentKind;
  readonly live: LiveLeg;
  readonly url: string;
  readonly method: HttpMethod;
  /** Stops it, whatever it does. */
  readonly signal: AbortSignal;
  /** Where it stood when the former process ended. */
  readonly position?: Position;
  /** Keeps where it stands; resolves when that is durable. */
  keep(position: Position): Promise<void>;
}

/** `declined`: by Hangup or Reject, or because there was no document. `stopped`: by its signal, or by the leg's end. */
export type SideOutcome = 'finished' | 'declined' | 'stopped';
