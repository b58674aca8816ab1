import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeWhole } from '../../setup/whole-file.ts';
import { SetupError } from '../../setup/setup-error.ts';
import type { LocalCluster } from './local-cluster.ts';

/** A client for a softphone. */
export interface LocalPhone {
  readonly login: string;
  readonly password: string;
}

const LOGINS = ['alice', 'bob'];

/** Makes two clients over REST, with passwords that are kept in a file for the next start. @throws SetupError */
export async function makeLocalPhones(
  cluster: Pick<LocalCluster, 'nodes' | 'accountSid' | 'authToken'>,
  file: string,
): Promise<readonly LocalPhone[]> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as readonly LocalPhone[];
  const phones = LOGINS.map((login) => ({ login, password: randomBytes(6).toString('hex') }));
  for (const { login, password } of phones) {
    const { clients } = (await rest(cluster, 'GET', `/Clients.json?Login=${login}`)) as {
      clients: { sid: string }[];
    };
    const [known] = clients;
    const path = known === undefined ? '/Clients.json' : `/Clients/${known.sid}.json`;
    await rest(
      cluster,
      'POST',
      path,
      known === undefined ? { Login: login, Password: password } : { Password: password },
    );
  }
  await writeWhole(file, `${JSON.stringify(phones)}\n`, { mode: 0o600 });
  return phones;
}

async function rest(
  { nodes, accountSid, authToken }: Pick<LocalCluster, 'nodes' | 'accountSid' | 'authToken'>,
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<unknown> {
  const reply = await fetch(`${nodes[0]?.url}/2012-04-24/Accounts/${accountSid}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      accept: 'application/json',
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  if (!reply.ok) throw new SetupError(`${method} ${path} failed: ${await reply.text()}`);
  return await reply.json();
}
