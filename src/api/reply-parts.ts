import { z } from 'zod';
import type { SidPrefix } from '../call/sids.ts';

/** The parts that the schemas of replies share. */
export const text = z.string();
export const whole = z.int();
export const date = z
  .string()
  .regex(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/)
  .meta({ description: 'RFC 2822' });
export const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
/** Relative to the host. */
export const uri = z.string().regex(/^\//);
export const method = z.enum(['GET', 'POST']);
export const nothing = z.null();

export function sid(prefix: SidPrefix) {
  return z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`));
}

/** What every resource has. */
export const dated = { api_version: z.literal('2012-04-24'), date_created: date, date_updated: date, uri };
