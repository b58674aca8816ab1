import type { Knex } from 'knex';

/** One step of the tables' history. Once released it never changes: what is wrong in it is put right by another. */
export interface Migration {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
}
