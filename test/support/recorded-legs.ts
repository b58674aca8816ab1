import type { CallControl, InboundCall, LegListener } from '../../src/call/call-control.ts';
import type { ReportedInput } from '../../src/call/leg/leg.ts';
import { waitUntil } from './wait-until.ts';

/** A listener of call control that remembers everything, for tests at real channels. */
export class RecordedLegs implements LegListener {
  readonly offered: InboundCall[] = [];
  readonly digits: (readonly [callSid: string, digit: string])[] = [];
  readonly #inputs = new Map<string, ReportedInput[]>();
  #taken = 0;

  inbound(call: InboundCall): void {
    this.offered.push(call);
  }

  input(callSid: string, input: ReportedInput): void {
    this.inputs(callSid).push(input);
  }

  digit(callSid: string, digit: string): void {
    this.digits.push([callSid, digit]);
  }

  /** Everything that happened to a leg so far. */
  inputs(callSid: string): ReportedInput[] {
    const known = this.#inputs.get(callSid);
    if (known !== undefined) return known;
    const made: ReportedInput[] = [];
    this.#inputs.set(callSid, made);
    return made;
  }

  /** The types of a leg's inputs. */
  types(callSid: string): readonly string[] {
    return this.inputs(callSid).map((input) => input.type);
  }

  /** The next call that nobody took yet. */
  async nextOffer(): Promise<InboundCall> {
    await waitUntil('a call is offered', () => this.offered.length > this.#taken);
    const offer = this.offered[this.#taken];
    if (offer === undefined) throw new Error('unreachable');
    this.#taken += 1;
    return offer;
  }

  async until(callSid: string, type: ReportedInput['type']): Promise<ReportedInput> {
    await waitUntil(`${type} of ${callSid}`, () => this.types(callSid).includes(type));
    const found = this.inputs(callSid).find((input) => input.type === type);
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  /** Takes the next call as this leg, and answers it. */
  async acceptAndAnswer(control: CallControl, callSid: string): Promise<InboundCall> {
    const offer = await this.nextOffer();
    control.accept(offer.channelId, callSid);
    await control.answer(callSid);
    await this.until(callSid, 'answer');
    return offer;
  }
}
