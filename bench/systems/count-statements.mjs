// Loaded into Legwork's process before its own code (NODE_OPTIONS=--import): counts what goes to the database, below
// knex, in the drivers. At each SIGUSR2 it writes the counts and the memory in use to the file BENCH_COUNTS; at each SIGWINCH, too,
// after a garbage collection. That throws compiled code away, so it must not come before processor time is measured.
import { rename, writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import sqlite3 from 'sqlite3';

const counts = { statements: 0, transactions: 0 };
/** Connections in an explicit transaction. */
const inTransaction = new WeakSet();

function count(connection, sql) {
  counts.statements += 1;
  const word = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase();
  if (word === 'begin') {
    counts.transactions += 1;
    inTransaction.add(connection);
  } else if (word === 'commit' || word === 'rollback') {
    inTransaction.delete(connection);
  } else if (!inTransaction.has(connection) && ['insert', 'update', 'delete', 'replace'].includes(word)) {
    // On its own, a statement that writes is a transaction.
    counts.transactions += 1;
  }
}

function watch(prototype, method, seen) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    seen(this, args[0]);
    return original.apply(this, args);
  };
}

/** Only one connection of Legwork's writes to SQLite, and a statement does not say which is its own. */
const writer = {};
for (const method of ['run', 'all', 'get', 'each'])
  watch(sqlite3.Statement.prototype, method, (statement) => count(writer, statement.sql));
watch(sqlite3.Database.prototype, 'exec', (_, sql) => count(writer, String(sql)));
watch(pg.Client.prototype, 'query', (client, query) =>
  count(client, typeof query === 'string' ? query : String(query?.text ?? '')),
);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

function tell() {
  const { rss, heapUsed, external } = process.memoryUsage();
  const file = process.env.BENCH_COUNTS;
  const text = JSON.stringify({ ...counts, residentBytes: rss, heapBytes: heapUsed + external });
  writeFile(`${file}.new`, text)
    .then(() => rename(`${file}.new`, file))
    .catch((error) => console.error(error));
}

process.on('SIGUSR2', tell);
process.on('SIGWINCH', () => {
  collectGarbage();
  tell();
});
