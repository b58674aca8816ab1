import { z } from 'zod';
import type { ShownBy } from './reply.ts';
import { text, whole } from './reply-parts.ts';

/** In a reply: what an application server answered to a request. */
export const responseReply = z.strictObject({
  response_code: whole.nullable(),
  error: text.nullable(),
  request_duration: whole.nullable().meta({ description: 'Milliseconds' }),
  response_body: text.nullable().meta({ description: 'The first bytes of the body' }),
});

/** What was stored of it; anything unknown is undefined or null. */
interface Kept {
  readonly status?: number | null;
  readonly error?: string | null;
  readonly durationMs?: number | null;
  readonly responseHead?: string | null;
}

export function presentResponse(kept: Kept): ShownBy<typeof responseReply> {
  return {
    response_code: kept.status ?? null,
    error: kept.error ?? null,
    request_duration: kept.durationMs ?? null,
    response_body: kept.responseHead ?? null,
  };
}
