import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingCall, Phone } from '../../src/phone/phone.ts';
import type { ReceivedRequest } from '../../test/support/application-server.ts';
import { type Installation, Tenant } from '../../test/support/neighbours/tenant.ts';
import { wavOf } from '../../test/support/wav.ts';

const CALLS_PER_SECOND = 8;
/** A call has a number for itself, by which its requests are known. */
const NUMBERS = Array.from({ length: 60 }, (_, index) => String(1000 + index));
/** What has not come by then counts as so late, and its call as not served. */
const LATEST_MS = 20_000;

/** Milliseconds, each. */
export interface Samples {
  /** From INVITE until the document is asked for. */
  readonly documents: number[];
  /** From an answer until the callback about it comes, and from a hang-up. */
  readonly callbacks: number[];
  /** From a document with a Play of a new sound until it is heard. */
  readonly plays: number[];
  calls: number;
  /** Of these; something of them was not to be had. */
  failed: number;
}

/** A customer with an ordinary load, which is measured. */
export class GoodTenant {
  readonly tenant: Tenant;
  readonly #phone: Phone;
  readonly #free = [...NUMBERS];
  /** When the requests for the calls under way came, by number and what they were. */
  readonly #came = new Map<string, number>();
  #sounds = 0;

  private constructor(tenant: Tenant, phone: Phone) {
    this.tenant = tenant;
    this.#phone = phone;
    const { app } = tenant;
    app.reply('/hang', tenant.hold);
    app.reply('/voice', (request) => {
      this.#note(request, 'document');
      this.#sounds += 1;
      return `<Response><Play>/sound?${this.#sounds}</Play><Hangup/></Response>`;
    });
    app.reply('/sound', ({ target }) => {
      const number = Number(target.split('?')[1]);
      const body = wavOf(300 + (number % 1400), 0.3 + Math.floor(number / 1400) / 1000);
      return { headers: { 'content-type': 'audio/wav' }, body };
    });
    app.reply('/number', (request) => {
      this.#note(request, request.params['CallStatus'] ?? '');
      return { status: 204 };
    });
  }

  static async moveIn(installation: Installation): Promise<GoodTenant> {
    const tenant = await Tenant.moveIn(installation, 'good', '127.0.0.1');
    for (const number of NUMBERS) await tenant.number(number, '/voice');
    return new GoodTenant(tenant, await tenant.phone('alice'));
  }

  moveOut(): Promise<void> {
    return this.tenant.moveOut();
  }

  /** So many seconds of calls, until the last one is over. */
  async run(seconds: number): Promise<Samples> {
    const samples: Samples = { documents: [], callbacks: [], plays: [], calls: 0, failed: 0 };
    const began = performance.now();
    const calls: Promise<void>[] = [];
    for (let call = 0; call < seconds * CALLS_PER_SECOND; call += 1) {
      await sleep(Math.max(0, began + (call * 1000) / CALLS_PER_SECOND - performance.now()));
      calls.push(this.#call(samples));
    }
    await Promise.all(calls);
    return samples;
  }

  async #call(samples: Samples): Promise<void> {
    samples.calls += 1;
    const number = this.#free.shift();
    if (number === undefined) {
      samples.failed += 1;
      return;
    }
    for (const what of ['document', 'in-progress', 'completed']) this.#came.delete(`${number} ${what}`);
    const began = performance.now();
    const call = await this.#phone.call(number);
    call.audio.stopSending();
    const parts = await Promise.all([
      this.#until(number, 'document').then((at) => void samples.documents.push(at - began)),
      this.#told(call.answered, number, 'in-progress', samples),
      this.#told(call.ended, number, 'completed', samples),
      this.#heard(call, number, samples),
    ]).then(
      () => true,
      () => false,
    );
    if (!parts) samples.failed += 1;
    await call.hangUp().catch(() => undefined);
    this.#free.push(number);
  }

  async #told(what: Promise<unknown>, number: string, status: string, { callbacks }: Samples): Promise<void> {
    await what;
    const happened = performance.now();
    const at = await this.#until(number, status).catch(() => happened + LATEST_MS);
    callbacks.push(Math.max(0, at - happened));
  }

  async #heard({ audio }: OutgoingCall, number: string, { plays }: Samples): Promise<void> {
    const asked = await this.#until(number, 'document');
    const late = () => asked + LATEST_MS;
    const at = await audio
      .heardSound({ forMs: 20, withinMs: LATEST_MS })
      .then(() => performance.now())
      .catch(late);
    plays.push(at - asked);
  }

  #note({ params }: ReceivedRequest, what: string): void {
    this.#came.set(`${params['To'] ?? ''} ${what}`, performance.now());
  }

  async #until(number: string, what: string): Promise<number> {
    const deadline = performance.now() + LATEST_MS;
    for (;;) {
      const at = this.#came.get(`${number} ${what}`);
      if (at !== undefined) return at;
      if (performance.now() > deadline) throw new Error(`${number}: ${what} did not come`);
      await sleep(10);
    }
  }
}
