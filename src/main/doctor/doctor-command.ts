import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTcpPortFree, isUdpPortFree } from '../../bundled-asterisk/ports.ts';
import { systemClock } from '../../clock.ts';
import { type Config, ConfigError, loadConfig } from '../../config.ts';
import { type DoctorCheck, type DoctorReport, reportOf } from '../../records/doctor-report.ts';
import { reachableAddresses } from '../sip/own-addresses.ts';
import { diskCheck } from './examine.ts';
import { loopbackCall } from './loopback-call.ts';

interface Running {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly sip?: { readonly host: string; readonly port: number };
}

/** `npm run doctor`: what is wrong, and what to do; exit code 1 when something is. `--json` prints the report as JSON. */
async function main(args: readonly string[]): Promise<number> {
  const report = await diagnose();
  if (args.includes('--json')) console.log(JSON.stringify(report, undefined, 2));
  else for (const line of linesOf(report)) console.log(line);
  return report.ok ? 0 : 1;
}

async function diagnose(): Promise<DoctorReport> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const remedy = 'docs/operations.md says what each setting may be.';
    return reportOf(error.problems.map((text) => ({ name: 'settings', ok: false, text, remedy })));
  }
  const running = await runningLegwork(config.dataDir);
  return running === undefined ? reportOf(await beforeTheStart(config)) : ofRunning(running);
}

/** The Legwork that runs on this DATA_DIR, if one answers. */
async function runningLegwork(dataDir: string): Promise<Running | undefined> {
  try {
    const running = JSON.parse(await readFile(join(dataDir, 'connection.json'), 'utf8')) as Running;
    await fetch(`${running.url}/health`, { signal: AbortSignal.timeout(5_000) });
    return running;
  } catch {
    return undefined;
  }
}

async function ofRunning({ url, accountSid, authToken, sip }: Running): Promise<DoctorReport> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const rest = async (method: string, path: string, form?: Readonly<Record<string, string>>) => {
    const reply = await fetch(`${url}/2012-04-24/Accounts/${accountSid}${path}`, {
      method,
      headers: { authorization },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await reply.text();
    if (!reply.ok)
      throw new Error(`${method} ${path} was answered with ${reply.status}: ${text.slice(0, 200)}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const report = (await rest('GET', '/Doctor.json')) as DoctorReport;
  if (sip === undefined) return report;
  const [host = sip.host] = reachableAddresses(sip.host);
  return reportOf([
    ...report.checks,
    await loopbackCall({ host, port: sip.port }, rest, () => systemClock.steady()),
  ]);
}

/** What can be said of a Legwork that does not run: whether it could start. */
async function beforeTheStart(config: Config): Promise<readonly DoctorCheck[]> {
  const { ari, dataDir, httpHost, httpPort } = config;
  const checks: DoctorCheck[] = [
    { name: 'running', ok: true, text: `No Legwork runs on ${dataDir}: this is what its start would meet` },
  ];
  const ports: readonly (readonly [string, string, number, boolean])[] = [
    ['HTTP_PORT', httpHost, httpPort, await isTcpPortFree(httpHost, httpPort)],
    ...(ari.kind === 'bundled'
      ? ([
          [
            'SIP_PORT',
            ari.sipHost,
            ari.sipPort,
            (await isUdpPortFree(ari.sipHost, ari.sipPort)) &&
              (await isTcpPortFree(ari.sipHost, ari.sipPort)),
          ],
        ] as const)
      : []),
  ];
  for (const [setting, host, port, free] of ports) {
    const text = free ? `${host}:${port} is free` : `${host}:${port} is taken, or no address of this machine`;
    const remedy = { remedy: `Set ${setting} to another port, or stop what uses it.` };
    checks.push({ name: 'port', ok: free, text, ...(free ? {} : remedy) });
  }
  const exists = await access(dataDir, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (exists) checks.push(await diskCheck(dataDir));
  return checks;
}

function linesOf({ ok, checks }: DoctorReport): readonly string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap((one) => [
    `${one.ok ? 'ok ' : '!! '} ${one.name.padEnd(width)}  ${one.text}`,
    ...(one.ok || one.remedy === undefined ? [] : [`    ${' '.repeat(width)}  → ${one.remedy}`]),
  ]);
  return [...lines, '', ok ? 'All is well.' : 'Something is wrong, see above.'];
}

process.exitCode = await main(process.argv.slice(2));
