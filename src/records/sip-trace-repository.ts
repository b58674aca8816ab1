import type { SipTrace } from '../call/sip-trace.ts';

/** SIP messages of legs, kept for a day or so. */
export interface SipTraceRepository {
  /** Of these legs, the oldest first. */
  of(callSids: readonly string[]): Promise<readonly SipTrace[]>;
  /** Instead of what was kept of this Call-ID before. @throws StoreUnavailableError */
  keep(trace: SipTrace): Promise<void>;
  /** Removes those that began before; milliseconds since the epoch. @throws StoreUnavailableError */
  removeOld(before: number): Promise<void>;
}
