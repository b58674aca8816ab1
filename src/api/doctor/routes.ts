import { z } from 'zod';
import type { AccountRepository } from '../../records/repositories.ts';
import type { DoctorReport } from '../../records/doctor-report.ts';
import { notFound } from '../errors.ts';
import { uriOf } from '../place.ts';
import { resource } from '../reply.ts';
import { text, uri } from '../reply-parts.ts';
import type { Route } from '../route.ts';
import { readRoute } from '../route-kinds.ts';

const DOCTOR = resource('Doctor', {
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      name: text,
      ok: z.boolean(),
      text,
      remedy: text.nullable().meta({ description: 'What to do; null when all is well' }),
    }),
  ),
  uri,
});

export interface DoctorDeps {
  readonly accounts: Pick<AccountRepository, 'first'>;
  /** Looks at everything; undefined: this process cannot. */
  readonly examine: (() => Promise<DoctorReport>) | undefined;
}

/** `P/Doctor`, for the installation's own account alone: it is about the machine. */
export function doctorRoutes({ accounts, examine }: DoctorDeps): readonly Route[] {
  return [
    readRoute({
      path: '/Doctor',
      summary: 'What is wrong with the installation, and what to do; for its own, first, account',
      resource: DOCTOR,
      handle: async ({ account, place }) => {
        const first = await accounts.first();
        if (examine === undefined || first?.sid !== account.sid) throw notFound();
        const { ok, checks } = await examine();
        return {
          shown: {
            ok,
            checks: checks.map(({ remedy, ...check }) => ({ ...check, remedy: remedy ?? null })),
            uri: uriOf(place, account.sid, 'Doctor'),
          },
        };
      },
    }),
  ];
}
