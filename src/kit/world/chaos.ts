import type { Clock } from '../../concurrency/clock.ts';
import { failure } from '../../webhooks/http-failure.ts';
import type { HttpFailure, HttpReply, HttpRequest, HttpSender } from '../../webhooks/http-request.ts';

/** What may go wrong between Legwork and an application server; the server gets every request all the same. */
export const TROUBLES = ['slow', '5xx', 'reset', 'malformed', 'timeout'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Which troubles, and in which part of the requests one of them happens. */
export interface Chaos {
  readonly troubles: readonly Trouble[];
  readonly rate: number;
}

const DEFAULT_RATE = 0.2;
const SLOW_MS = { least: 2_000, most: 8_000 };
/** The product's limit for a whole request (WEBHOOK_TIMEOUT_MS). */
const TIMEOUT_MS = 15_000;

/** Reads `slow,5xx:0.3`; a string says what is wrong with it. */
export function parseChaos(text: string): Chaos | string {
  const [names = '', written] = text.split(':');
  const rate = written === undefined ? DEFAULT_RATE : Number(written);
  const troubles = names.split(',').map((name) => name.trim());
  const unknown = troubles.find((name) => !(TROUBLES as readonly string[]).includes(name));
  if (unknown !== undefined) return `--chaos: "${unknown}" is none of ${TROUBLES.join(', ')}`;
  if (!(rate > 0 && rate <= 1)) return '--chaos: the rate after the colon must be more than 0 and at most 1';
  return { troubles: troubles as Trouble[], rate };
}

export interface ChaosParts {
  readonly chaos: Chaos;
  readonly clock: Clock;
  /** 0 to below 1. */
  readonly random: () => number;
  onTrouble?(trouble: Trouble): void;
}

/** Lets some of the document requests and callbacks meet with trouble; what fetches sounds is left alone. */
export function chaoticSender(sender: HttpSender, parts: ChaosParts): HttpSender {
  const { chaos, random } = parts;
  return {
    async send(request) {
      if (request.token === undefined || random() >= chaos.rate) return sender.send(request);
      const trouble = chaos.troubles[Math.floor(random() * chaos.troubles.length)] ?? 'slow';
      parts.onTrouble?.(trouble);
      return disturbed(trouble, request, sender, parts);
    },
    close: () => sender.close(),
  };
}

async function disturbed(
  trouble: Trouble,
  request: HttpRequest,
  sender: HttpSender,
  { clock, random }: ChaosParts,
): Promise<HttpReply | HttpFailure> {
  if (trouble === 'slow') {
    await clock.sleep(SLOW_MS.least + random() * (SLOW_MS.most - SLOW_MS.least));
    return sender.send(request);
  }
  const reply = await sender.send(request);
  const { url, durationMs } = reply;
  switch (trouble) {
    case '5xx':
      return { ok: true, url, status: 503, headers: {}, body: Buffer.alloc(0), durationMs };
    case 'malformed':
      return reply.ok ? { ...reply, body: reply.body.subarray(0, Math.ceil(reply.body.length / 2)) } : reply;
    case 'reset':
      // As for any connection that breaks before a byte of the reply.
      if (request.retryBroken === 'always') return sender.send(request);
      return { ok: false, url, ...failure('connection', 'ECONNRESET'), durationMs };
    case 'timeout':
      await clock.sleep(TIMEOUT_MS);
      return { ok: false, url, ...failure('timeout', 'waiting for response'), durationMs: TIMEOUT_MS };
  }
}

/** Random numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
