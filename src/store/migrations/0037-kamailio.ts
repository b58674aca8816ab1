import type { Migration } from './migration.ts';

/** What a Kamailio in front of a cluster reads and keeps (asterisk-config/kamailio). Only PostgreSQL has it. */
export const kamailioMigration: Migration = {
  name: '0037-kamailio',
  async up(knex) {
    if (knex.client.config.client !== 'pg') return;
    // The versions that Kamailio 6.1 asks its tables for.
    await knex.raw(
      `create table kamailio_version (table_name varchar(32) primary key, table_version integer not null default 0)`,
    );
    await knex.raw(
      `insert into kamailio_version values
         ('kamailio_location', 9), ('kamailio_subscribers', 7), ('kamailio_dispatchers', 4)`,
    );
    await knex.raw(LOCATION);
    await knex.raw(
      'create index kamailio_location_by_client on kamailio_location (username, domain, contact)',
    );
    await knex.raw('create index kamailio_location_by_expiry on kamailio_location (expires)');
    await knex.raw(SUBSCRIBERS);
    await knex.raw(DISPATCHERS);
  },
};

/** As Kamailio's own usrloc-create.sql makes it. Times are UTC. */
const LOCATION = `create table kamailio_location (
  id serial primary key,
  ruid varchar(64) not null default '' unique,
  username varchar(64) not null default '',
  domain varchar(64),
  contact varchar(512) not null default '',
  received varchar(255),
  path varchar(512),
  expires timestamp without time zone not null default '2030-05-28 21:32:15',
  q real not null default 1.0,
  callid varchar(255) not null default 'Default-Call-ID',
  cseq integer not null default 1,
  last_modified timestamp without time zone not null default '2000-01-01 00:00:01',
  flags integer not null default 0,
  cflags integer not null default 0,
  user_agent varchar(255) not null default '',
  socket varchar(64),
  methods integer,
  instance varchar(255),
  reg_id integer not null default 0,
  server_id integer not null default 0,
  connection_id integer not null default 0,
  keepalive integer not null default 0,
  partition integer not null default 0
)`;

/**
 * A client has a second digest for phones that send its login with the capitals that it was made with. Kamailio reads
 * no column of type text.
 */
const SUBSCRIBERS = `create view kamailio_subscribers as
  select login_lower::varchar(64) as username, 'legwork'::varchar(64) as domain, ha1::varchar(128) as ha1
    from clients where status = 'enabled'
  union all
  select login::varchar(64), 'legwork'::varchar(64), ha1_as_spelled::varchar(128)
    from clients where status = 'enabled' and ha1_as_spelled is not null and login <> login_lower`;

/** Set 1: the switches that take new calls, weighted by how many more they take. Set 2: all of them. */
const DISPATCHERS = `create view kamailio_dispatchers as
  select 1 as setid, ('sip:' || sip_address || ';transport=tcp')::varchar(192) as destination, 0 as flags,
    0 as priority,
    ('rweight=' || greatest(1, least(100, (100 * room::bigint) / greatest(1, max(room) over ()))))::varchar(128) as attrs,
    id::varchar(64) as description
  from switches where state = 'up' and node is not null and draining = 0 and room > 0
  union all
  select 2, ('sip:' || sip_address || ';transport=tcp')::varchar(192), 0, 0, ''::varchar(128), id::varchar(64)
  from switches`;
