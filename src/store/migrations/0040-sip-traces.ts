import type { Migration } from './migration.ts';

/** SIP messages of legs, one row for each Call-ID; see records/sip-trace-repository.ts. */
export const sipTracesMigration: Migration = {
  name: '0040-sip-traces',
  async up(knex) {
    await knex.schema.createTable('sip_traces', (table) => {
      table.text('call_sid').notNullable();
      table.text('sip_call_id').notNullable();
      table.text('account_sid').notNullable();
      table.bigInteger('began_at').notNullable();
      table.integer('omitted').notNullable();
      table.text('messages').notNullable();
      table.primary(['call_sid', 'sip_call_id']);
      table.index(['began_at']);
    });
  },
};
