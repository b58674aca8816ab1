import type { SipTrace, TracedMessage } from '../../../call/sip-trace.ts';

/** Reads the traces of a call and the legs below it. */
export type FindSip = (callSid: string) => Promise<readonly SipTrace[]>;

/** A message of a trace, with its place there. */
export interface SipLine {
  readonly trace: SipTrace;
  readonly message: TracedMessage;
  readonly index: number;
}

/** The messages of several traces in the order of their times; those of one trace stay in theirs. */
export function sipLinesOf(traces: readonly SipTrace[]): readonly SipLine[] {
  return traces
    .flatMap((trace) => trace.messages.map((message, index) => ({ trace, message, index })))
    .toSorted((one, other) => one.message.at - other.message.at);
}
