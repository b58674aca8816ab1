import type { Knex } from 'knex';
import type { GroupCommit, WriteKind } from './group-commit.ts';

type Work = (trx: Knex.Transaction) => PromiseLike<unknown>;

const kind: WriteKind<Work, unknown> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const results: unknown[] = [];
    for (const work of inputs) results.push(await work(trx));
    return results;
  },
};

/** Runs `work`, which may run twice, in a transaction of its own. @throws StoreUnavailableError */
export async function writeAlone<T>(
  writes: GroupCommit,
  work: (trx: Knex.Transaction) => PromiseLike<T>,
): Promise<T> {
  return (await writes.submit(kind, work)) as T;
}
