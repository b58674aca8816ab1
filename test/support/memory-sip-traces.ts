import type { SipTrace } from '../../src/call/sip-trace.ts';
import type { SipTraceRepository } from '../../src/records/sip-trace-repository.ts';

/** SIP traces in memory. */
export class MemorySipTraces implements SipTraceRepository {
  readonly #rows = new Map<string, SipTrace>();

  async of(callSids: readonly string[]): Promise<readonly SipTrace[]> {
    const found = [...this.#rows.values()].filter(({ callSid }) => callSids.includes(callSid));
    const beganAt = ({ messages }: SipTrace) => messages[0]?.at ?? 0;
    return found.toSorted((one, other) => beganAt(one) - beganAt(other));
  }

  async keep(trace: SipTrace): Promise<void> {
    this.#rows.set(`${trace.callSid} ${trace.sipCallId}`, trace);
  }

  async removeOld(before: number): Promise<void> {
    for (const [key, { messages }] of this.#rows) {
      if ((messages[0]?.at ?? 0) < before) this.#rows.delete(key);
    }
  }

  removeOf(callSid: string): void {
    for (const [key, trace] of this.#rows) if (trace.callSid === callSid) this.#rows.delete(key);
  }
}
