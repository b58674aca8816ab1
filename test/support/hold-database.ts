/** Holds the database that its argument names (as JSON) until it is killed; says so in a line. */
import { systemClock } from '../../src/clock.ts';
import { holdDatabase } from '../../src/store/hold/database-hold.ts';
import type { DatabaseUrl } from '../../src/store/database.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };
const url = JSON.parse(process.argv[2] ?? '') as DatabaseUrl;
await holdDatabase(url, { clock: systemClock, logger, onTaken: () => process.exit(1) });
console.log('held');
setInterval(() => undefined, 60_000);
