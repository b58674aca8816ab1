import type { Migration } from './migration.ts';

/** For lists of conferences by the time of their last change. */
export const conferenceTimesMigration: Migration = {
  name: '0012-conference-times',
  async up(knex) {
    await knex.schema.alterTable('conferences', (table) => {
      table.index(['account_sid', 'updated_at', 'sid'], 'conferences_by_update');
    });
  },
};
