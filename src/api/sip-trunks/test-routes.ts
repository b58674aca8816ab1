import { z } from 'zod';
import { within } from '../../concurrency/deadline.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Repository, TrunkRecord } from '../../records/repositories.ts';
import { notFound } from '../errors.ts';
import type { Provisioning, TrunkTest } from '../ports.ts';
import { resource, shows } from '../reply.ts';
import { sid, text, whole } from '../reply-parts.ts';
import { defineRoute, type Route, type RoutedRequest, sidOf } from '../route.ts';
import { wordsOf } from './test-words.ts';

const STATUS_DEADLINE_MS = 2_000;

const TRUNK_TEST = resource('SipTrunkTest', {
  trunk_sid: sid('TK'),
  result: z.enum(['answered', 'silent', 'unreachable', 'not-sent']),
  address: text.nullable().meta({ description: 'Where OPTIONS was sent' }),
  sip_status: whole.nullable(),
  sip_reason: text.nullable(),
  server: text.nullable().meta({ description: 'What the trunk calls itself' }),
  duration_ms: whole.nullable().meta({ description: 'From the first packet to the answer' }),
  reachable: z.boolean().nullable().meta({ description: 'What Asterisk has found by its own OPTIONS' }),
  text,
  remedy: text.nullable(),
});

export interface TrunkTestDeps {
  readonly trunks: Pick<Repository<TrunkRecord>, 'find'>;
  readonly testTrunk: (trunk: TrunkRecord) => Promise<TrunkTest>;
  readonly provisioning: Pick<Provisioning, 'trunkStatus'>;
  readonly clock: Clock;
}

/** `POST P/SipTrunks/{sid}/Test`: whether a trunk answers, now. */
export function trunkTestRoutes({ trunks, testTrunk, provisioning, clock }: TrunkTestDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/SipTrunks/:trunk/Test',
      summary: 'Sends OPTIONS to a trunk and says what came back, and how soon',
      query: 'ignored',
      form: z.object({}),
      reply: shows(TRUNK_TEST),
      find: async (request: RoutedRequest) => {
        const found = await trunks.find(request.account.sid, sidOf(request, 'TK', 'trunk'));
        if (found === undefined) throw notFound();
        return found;
      },
      handle: async ({ found: trunk }) => {
        const ask = () => provisioning.trunkStatus(trunk);
        const [test, status] = await Promise.all([
          testTrunk(trunk),
          within(clock, STATUS_DEADLINE_MS, ask, undefined),
        ]);
        const answer = test.kind === 'answered' ? test : undefined;
        const { text: words, remedy } = wordsOf(test);
        return {
          shown: {
            trunk_sid: trunk.sid,
            result: test.kind,
            address: test.kind === 'not-sent' ? null : test.address,
            sip_status: answer?.status ?? null,
            sip_reason: answer?.reason ?? null,
            server: answer?.server ?? null,
            duration_ms: answer === undefined ? null : Math.round(answer.ms),
            reachable: status?.reachable ?? null,
            text: words,
            remedy: remedy ?? null,
          },
        };
      },
    }),
  ];
}
