import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSipAlive } from '../bundled-asterisk/sip-health.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';

const HEALTH_TIMEOUT_MS = 3_000;

/** How a running Legwork is reached. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly sip: { readonly host: string; readonly port: number };
}

/** What a Legwork writes to `DATA_DIR/connection.json` while it runs. */
interface ConnectionFile extends Omit<Connection, 'sip'> {
  readonly pid: number;
  /** Absent when Asterisk is the user's own. */
  readonly sip?: Connection['sip'];
}

/** What the demo can be told besides the settings. */
export interface ConnectionHints {
  /** The Legwork to use; undefined: whichever runs here. */
  readonly url: string | undefined;
  readonly sipHost: string | undefined;
  readonly sipPort: string | undefined;
}

/**
 * Finds a Legwork that runs: the one whose DATA_DIR this is, or the one that the settings name. Undefined when
 * there is none, or none whose account is known.
 * @throws when a URL was named and no Legwork can be used there
 */
export async function findRunning(config: Config, hints: ConnectionHints): Promise<Connection | undefined> {
  const url = hints.url?.replace(/\/+$/, '');
  const file = await readConnectionFile(config.dataDir);
  if (
    file !== undefined &&
    (url === undefined || file.url === url) &&
    (await healthPid(file.url)) === file.pid
  ) {
    return { ...file, sip: loopback(file.sip ?? sipOf(hints)) };
  }
  const { accountSid, authToken } = config;
  const here = url ?? config.publicUrl;
  if (accountSid !== undefined && authToken !== undefined && (await healthPid(here)) !== undefined) {
    return { url: here, accountSid, authToken, sip: loopback(sipOf(hints)) };
  }
  if (url !== undefined) {
    throw new Error(
      `The Legwork at ${url} cannot be used: it is not healthy, or its account is not known. Set ACCOUNT_SID, ` +
        'AUTH_TOKEN and SIP_PORT as it has them, or run the demo with the same DATA_DIR.',
    );
  }
  return undefined;
}

/** @throws when nothing speaks SIP there: then the demo's phones cannot reach this Legwork's Asterisk. */
export async function requireSip({ url, sip }: Connection): Promise<void> {
  if (await isSipAlive(sip, systemClock)) return;
  throw new Error(
    `The Legwork at ${url} runs, but nothing answers SIP at ${sip.host}:${sip.port}. The demo's phones use the loopback ` +
      'addresses of the machine (or container) that the demo runs on, so its Asterisk must run there too. Run the demo ' +
      'beside that Asterisk, or set SIP_PORT to its port; without a running Legwork the demo starts one of its own.',
  );
}

/** The process that answers `GET /health` with 200; undefined when none does. */
export async function healthPid(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const { pid } = (await response.json()) as { pid?: unknown };
    return response.ok && typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined; // nobody there, or nobody who speaks JSON
  }
}

/** The page of a call in the console; undefined where there is none (CONSOLE=off). */
export async function ladderOf(url: string, callSid: string): Promise<string | undefined> {
  const ladder = `${url}/console/calls/${callSid}`;
  const page = await fetch(ladder, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).catch(() => undefined);
  await page?.body?.cancel();
  return page?.ok === true ? ladder : undefined;
}

async function readConnectionFile(dataDir: string): Promise<ConnectionFile | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'connection.json'), 'utf8')) as ConnectionFile;
  } catch {
    return undefined; // nothing runs there, or it is just being written
  }
}

function sipOf({ sipHost, sipPort }: ConnectionHints): Connection['sip'] {
  return { host: sipHost || '127.0.0.1', port: Number(sipPort || 5060) };
}

/** The demo's phones are on this machine's loopback and reach nothing else. */
function loopback(sip: Connection['sip']): Connection['sip'] {
  if (sip.host === '0.0.0.0') return { ...sip, host: '127.0.0.1' };
  if (sip.host.startsWith('127.')) return sip;
  throw new Error(
    `The demo's phones use 127.0.0.1 only, but this Legwork takes SIP at ${sip.host}. Stop it and run the demo ` +
      'again: it starts one of its own.',
  );
}
