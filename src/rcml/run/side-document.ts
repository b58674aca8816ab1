import type { HttpMethod } from '../../call/http-method.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { Position } from './position.ts';

/** The documents that are run beside a call's own, in the words of messages. */
export const SIDE_DOCUMENTS = {
  /** What a callee hears when it has answered, before it talks to the caller. */
  screening: 'a screening document',
  /** What a participant hears until its conference begins. */
  wait: 'a wait document',
  /** What a leg hears while it waits in a queue. */
  queue: 'a wait document of a queue',
  /** What a leg hears that was taken out of a queue, before it is connected. */
  whisper: 'the document of <Dial><Queue>',
} as const;

export type SideDocumentKind = keyof typeof SIDE_DOCUMENTS;

/** A document that a verb runs on a leg beside the call's own. Only verbs that allow it run; others are skipped. */
export interface SideDocument {
  readonly kind: SideDocumentKind;
  readonly live: LiveLeg;
  readonly url: string;
  readonly method: HttpMethod;
  /** Sent with every request for it, after the standard parameters. */
  readonly parameters?: () => Parameters;
  /** Called when the leg hears nothing of it any more, while its requests may still be under way. */
  readonly onSilent?: () => void;
  /** Stops it, whatever it does. */
  readonly signal: AbortSignal;
  /** Where it stood when the former process ended. */
  readonly position?: Position;
  /** Keeps where it stands; resolves when that is durable. */
  keep(position: Position): Promise<void>;
}

/**
 * `declined`: by Hangup or Reject. `left`: by Leave. `failed`: there was no document, or no end to its redirects.
 * `stopped`: by its signal, or by the leg's end.
 */
export type SideOutcome = 'finished' | 'declined' | 'left' | 'failed' | 'stopped';
