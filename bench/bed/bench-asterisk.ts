import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForAri } from '../../src/bundled-asterisk/ari-answers.ts';
import { makeAsteriskFolder, readAriAccess } from '../../src/bundled-asterisk/asterisk-folder.ts';
import { endAsterisk, spawnAsterisk } from '../../src/bundled-asterisk/asterisk-process.ts';
import { findAsterisk } from '../../src/bundled-asterisk/asterisk-program.ts';
import { renderConfig, writeConfigFolder } from '../../src/bundled-asterisk/config-files.ts';
import { configValues } from '../../src/bundled-asterisk/config-values.ts';
import type { PackageFetcher } from '../../src/bundled-asterisk/debian/debian-packages.ts';
import { pickFreePort } from '../../src/bundled-asterisk/ports.ts';
import type { Undo } from '../../src/main/undo.ts';
import type { SipAddress } from '../load/sip-address.ts';
import { PLAIN_CALLERS, stasisApp } from '../systems/places.ts';

/** The Asterisk that all systems share. */
export interface BenchAsterisk {
  readonly pid: number;
  readonly sip: SipAddress;
  readonly ari: AriAddress;
}

export interface AriAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

const ARI_HOST = '127.0.0.1';
/** An address of its own, so that its RTP ports are nobody else's. */
const SIP_HOST = '127.0.20.100';
const RTP = { rtpMin: 10_000, rtpMax: 29_999 };
const MOST_CALLS = 5_000;
const START_MS = 30_000;
const TEMPLATES = fileURLToPath(new URL('../../asterisk-config', import.meta.url));

/** The first digit of the dialled number says which system gets the call; 1 is the dialplan alone. */
const DIALPLAN = `[general]
static = yes
writeprotect = yes

[legwork-in]
exten => _1.,1,Answer()
 same => n,Wait(3600)
exten => _[2-9].,1,Stasis(${stasisApp('${EXTEN:0:1}')})
 same => n,Hangup(42)

[legwork-none]
`;

/** Callers of the systems that have no trunk of their own. */
const PLAIN_ENDPOINT = `
[bench-plain](rc-out)

[bench-plain]
type = identify
endpoint = bench-plain
${PLAIN_CALLERS.map((host) => `match = ${host}`).join('\n')}
`;

/** Starts an Asterisk with Legwork's configuration, but for where calls go; `undo` ends it, also while it starts. */
export async function startBenchAsterisk(fetcher: PackageFetcher, undo: Undo): Promise<BenchAsterisk> {
  const root = await mkdtemp(join(tmpdir(), 'legwork-bench-asterisk-'));
  undo.add(() => rm(root, { recursive: true, force: true }));
  const folder = await makeAsteriskFolder(root);
  const program = await findAsterisk(fetcher);
  const access = { ...(await readAriAccess(folder)), port: await pickFreePort(ARI_HOST) };
  const sip = { host: SIP_HOST, port: await pickFreePort(SIP_HOST) };
  const values = await configValues(
    { ...folder, ...program },
    { ...access, host: ARI_HOST, permit: `${ARI_HOST}/255.255.255.255` },
    { sipHost: sip.host, sipPort: sip.port, ...RTP, ariApp: 'bench', maxCalls: MOST_CALLS },
  );
  const files = new Map(await renderConfig(TEMPLATES, values));
  files.set('extensions.conf', DIALPLAN);
  files.set('pjsip.conf', `${files.get('pjsip.conf') ?? ''}${PLAIN_ENDPOINT}`);
  await writeConfigFolder(folder.etcDir, files);
  const { clock } = fetcher;
  const pid = await spawnAsterisk(program.tool, folder.configFile, folder.consoleLog);
  undo.add(() => endAsterisk(pid, folder.configFile, clock));
  const url = `http://${ARI_HOST}:${access.port}`;
  if (!(await waitForAri(url, access, { pid, folder, clock, ms: START_MS }))) {
    throw new Error(`Asterisk did not start; its messages were in ${folder.messagesLog}`);
  }
  return { pid, sip, ari: { url, username: access.username, password: access.password } };
}

/** Asks Asterisk over ARI; what it replies, as JSON, if anything. */
export async function askAri(
  ari: AriAddress,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const credentials = Buffer.from(`${ari.username}:${ari.password}`).toString('base64');
  const reply = await fetch(`${ari.url}/ari/${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`ARI: ${method} ${path}: ${reply.status} ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
