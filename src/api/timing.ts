import { z } from 'zod';
import type { RequestTiming } from '../call/documents.ts';
import type { ShownBy } from './reply.ts';
import { whole } from './reply-parts.ts';

const ms = whole.nullable().meta({ description: 'Milliseconds; null: it did not come so far' });

/** In a reply: where the time of a request went. */
export const timingReply = z.strictObject({
  wait: ms,
  dns: ms,
  connect: ms,
  tls: ms,
  first_byte: ms,
  download: ms,
});

export function presentTiming(timing: RequestTiming = {}): ShownBy<typeof timingReply> {
  return {
    wait: timing.waitMs ?? null,
    dns: timing.dnsMs ?? null,
    connect: timing.connectMs ?? null,
    tls: timing.tlsMs ?? null,
    first_byte: timing.firstByteMs ?? null,
    download: timing.downloadMs ?? null,
  };
}
