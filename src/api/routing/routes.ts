import { z } from 'zod';
import type { Directory } from '../../call/directory.ts';
import { API_ERRORS } from '../errors.ts';
import { label, optional, required } from '../parameters.ts';
import { resource, shows } from '../reply.ts';
import { sid, text } from '../reply-parts.ts';
import { defineRoute, type Route } from '../route.ts';
import { shownUrl } from '../shown.ts';
import { explainInbound, explainOutbound } from './explain.ts';

const ROUTING = resource('Routing', {
  outcome: z.enum(['document', 'dial', 'refused']),
  steps: z.array(text),
  url: text.nullable().meta({ description: 'What is asked for a document' }),
  phone_number_sid: sid('PN').nullable(),
  trunk_sid: sid('TK').nullable(),
});

/** `POST P/Routing`. */
const routingSchema = z.object({
  From: optional(label(255)),
  To: required(API_ERRORS.toRequired, label(255)),
});

/** `P/Routing`: what would become of a call, without one. */
export function routingRoutes(directory: Directory): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/Routing',
      summary: 'Says what would become of a call, step by step, without making one',
      query: 'ignored',
      form: routingSchema,
      reply: shows(ROUTING),
      handle: async ({ account: { sid: accountSid }, form: { From: from, To: to } }) => {
        const found =
          from === undefined
            ? await explainOutbound(directory, { accountSid, to })
            : await explainInbound(directory, { accountSid, from, to });
        return {
          shown: {
            outcome: found.outcome,
            steps: found.steps,
            url: found.url === undefined ? null : shownUrl(found.url),
            phone_number_sid: found.phoneNumberSid ?? null,
            trunk_sid: found.trunkSid ?? null,
          },
        };
      },
    }),
  ];
}
