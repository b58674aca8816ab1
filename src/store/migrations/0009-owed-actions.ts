import type { Migration } from './migration.ts';

/**
 * Finds, at each start, the few ended legs that still owe an action. PostgreSQL does without: there an index on
 * `position` would make each of its many updates more expensive, and one scan of the table is quick.
 */
export const owedActionsMigration: Migration = {
  name: '0009-owed-actions',
  async up(knex) {
    if (knex.client.config.client !== 'sqlite3') return;
    await knex.raw(
      'create index calls_with_owed_action on calls (sid) where position is not null and ended_at is not null',
    );
  },
};
