import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { LOG_LINE_LEVELS, type LogLines } from '../../records/log-lines.ts';
import type { AccountRepository } from '../../records/repositories.ts';
import { notFound } from '../errors.ts';
import { oneOf, optional } from '../parameters.ts';
import { uriOf } from '../place.ts';
import { resource, shows } from '../reply.ts';
import { text, uri, whole } from '../reply-parts.ts';
import { defineRoute, type Route } from '../route.ts';

const LOG = resource('Log', {
  level: z.enum(LOG_LINE_LEVELS),
  lines: z.array(
    z.strictObject({
      n: whole.meta({ description: 'Counted from 1 since the process began' }),
      date: text,
      time_ms: whole.meta({ description: 'Since the epoch' }),
      level: z.enum(LOG_LINE_LEVELS),
      message: text,
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
  uri,
});

export interface LogDeps {
  readonly accounts: Pick<AccountRepository, 'first'>;
  /** Undefined: this process keeps none. */
  readonly logLines: LogLines | undefined;
}

/** `P/Log`, for the installation's own account alone: other accounts' calls are in it. */
export function logRoutes({ accounts, logLines }: LogDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/Log',
      summary: 'The last lines of the log of this process, the newest last; for the first account',
      query: { filters: z.object({ Level: optional(oneOf(LOG_LINE_LEVELS)) }), times: [] },
      form: 'ignored',
      reply: shows(LOG),
      find: async ({ account }) => {
        const first = await accounts.first();
        if (logLines === undefined || first?.sid !== account.sid) throw notFound();
        return logLines;
      },
      handle: async ({ account, place, found, query: { page, given } }) => {
        const level = given.Level ?? 'warn';
        return {
          shown: {
            level,
            lines: found.last(level, page.pageSize).map(({ n, at, level: of, message, fields }) => ({
              n,
              date: rfc2822(at),
              time_ms: at,
              level: of,
              message,
              fields,
            })),
            uri: uriOf(place, account.sid, 'Log'),
          },
        };
      },
    }),
  ];
}
