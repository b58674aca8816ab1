import sqlite3 from 'sqlite3';

/**
 * Puts so many copies of the newest call into the database of a Legwork that has nothing to do, each a second older
 * than the one before. What it resolves to takes them out again.
 */
export async function copyCalls(file: string, count: number): Promise<() => Promise<void>> {
  await withDatabase(file, async (run, all) => {
    const names = (await all('PRAGMA table_info(calls)')).map(({ name }) => String(name));
    const made: Readonly<Record<string, string>> = {
      sid: "printf('CA%032x', i)",
      root_call_sid: "printf('CA%032x', i)",
      created_at: 'created_at - i * 1000',
      updated_at: 'updated_at - i * 1000',
    };
    const values = names.map((name) => made[name] ?? name);
    await run(`WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count}),
      newest AS (SELECT * FROM calls ORDER BY created_at DESC LIMIT 1)
      INSERT INTO calls (${names.join(', ')}) SELECT ${values.join(', ')} FROM newest, numbers`);
  });
  return () =>
    withDatabase(file, (run) => run(`DELETE FROM calls WHERE sid < printf('CA%032x', ${count + 1})`));
}

type Run = (statement: string) => Promise<void>;
type All = (query: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

async function withDatabase(file: string, work: (run: Run, all: All) => Promise<void>): Promise<void> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, (error) => (error === null ? resolve(opened) : reject(error)));
  });
  const run: Run = (statement) =>
    new Promise((resolve, reject) => {
      database.run(statement, (error: Error | null) => (error === null ? resolve() : reject(error)));
    });
  const all: All = (query) =>
    new Promise((resolve, reject) => {
      database.all<Record<string, unknown>>(query, (error, rows) =>
        error === null ? resolve(rows) : reject(error),
      );
    });
  try {
    await work(run, all);
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()));
  }
}
