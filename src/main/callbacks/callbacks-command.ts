import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../config.ts';
import { CommandError, type Connection, operateCallbacks } from './callback-operations.ts';

/** `npm run callbacks`: shows what a running Legwork still owes, has delivered or has given up, and sends it again. */
async function main(): Promise<void> {
  const { dataDir, accountSid, authToken } = loadConfig();
  const connection = await readConnection(dataDir);
  // If the token was rotated since the start, AUTH_TOKEN gives the new one.
  const credentials =
    accountSid === undefined || authToken === undefined
      ? connection
      : { ...connection, accountSid, authToken };
  await operateCallbacks(process.argv.slice(2), credentials, (line) => console.log(line));
}

async function readConnection(dataDir: string): Promise<Connection> {
  const path = join(dataDir, 'connection.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Connection;
  } catch {
    throw new CommandError(
      `No Legwork runs on ${dataDir} (${path} is not there). Start it, or set DATA_DIR.`,
    );
  }
}

try {
  await main();
} catch (error) {
  const isForOperator = error instanceof CommandError || error instanceof ConfigError;
  console.error(isForOperator ? error.message : error);
  process.exitCode = 1;
}
