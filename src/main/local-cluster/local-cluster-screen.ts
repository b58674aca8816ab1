import type { LocalCluster } from './local-cluster.ts';
import type { LocalPhone } from './local-phones.ts';

export interface LocalClusterFacts {
  readonly version: string;
  readonly phones: readonly LocalPhone[];
  readonly dataDir: string;
}

/** What `npm run cluster` shows once everything runs. */
export function localClusterScreen(
  { nodes, kamailio, postgres, sip, accountSid, authToken }: Omit<LocalCluster, 'stop'>,
  { version, phones, dataDir }: LocalClusterFacts,
): string {
  const [first] = nodes;
  const row = (title: string, text: string) => `  ${title.padEnd(13)}  ${text}`;
  return [
    '',
    `Legwork ${version}: a cluster of ${nodes.length} nodes is running.`,
    '',
    row('Console', `${first?.url}/console/`),
    row('', `  account ${accountSid}`),
    row('', `  token   ${authToken}`),
    row('Softphones', `register at ${sip.host}:${sip.port} (SIP over UDP or TCP)`),
    ...phones.map(({ login, password }) => row('', `  ${login.padEnd(6)} password ${password}`)),
    row('', '  they call each other by name'),
    row('REST', `${first?.url}/2012-04-24/Accounts/${accountSid}, the same at every node`),
    '',
    ...nodes.map(({ member, url, sipHost }) =>
      row(member.name, `${url}, Asterisk at ${sipHost}:${sip.port}, pid ${member.pid}`),
    ),
    row('Kamailio', `${sip.host}:${sip.port}, pid ${kamailio.pid}`),
    row('PostgreSQL', `${new URL(postgres.url).host}, pid ${postgres.pid}`),
    '',
    row('Try it', `kill -9 ${first?.member.pid} during a call: node b goes on with it within 15 s`),
    row('Health', `${nodes.map(({ url }) => `${url}/health`).join('  ')}`),
    row('Logs', `${dataDir}/*.log`),
    row('Stop', 'Ctrl-C'),
    '',
  ].join('\n');
}
