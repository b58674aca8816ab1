import type { Knex } from 'knex';

/** One step of the tables' history. Once released it never changes: another step mends what is wrong in it. */
export interface Migration {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
}
