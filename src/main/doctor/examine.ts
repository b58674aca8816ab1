import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile, statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { timeOf } from '../../call/dates.ts';
import { within } from '../../concurrency/deadline.ts';
import { type DoctorCheck, type DoctorReport, reportOf } from '../../records/doctor-report.ts';
import { isSipAlive } from '../../bundled-asterisk/sip-health.ts';
import type { Provisioning } from '../../api/ports.ts';
import { certificateFiles } from '../data/certificate.ts';
import type { Foundation } from '../foundation.ts';
import { PING_MS } from '../health-probes.ts';
import { ownAddresses } from '../sip/own-addresses.ts';
import { SipNames, systemNameServers } from '../sip/sip-names.ts';
import * as check from './checks.ts';

const DEADLINE_MS = 5_000;

type Patient = Pick<Foundation, 'config' | 'clock' | 'store' | 'ari' | 'asterisk'>;

/** Looks at everything that a running Legwork depends on, and says what is wrong and what to do. */
export async function examine(
  patient: Patient,
  accounts: Pick<Provisioning, 'trunkStatus'>,
): Promise<DoctorReport> {
  const parts = await Promise.all([
    asteriskChecks(patient),
    databaseCheck(patient),
    ...settingChecks(patient),
    diskCheck(patient.config.dataDir),
    certificateChecks(patient),
    trunkChecks(patient, accounts),
  ]);
  return reportOf(parts.flat());
}

async function asteriskChecks({ ari, asterisk, clock }: Patient): Promise<readonly DoctorCheck[]> {
  const ask = async () => {
    const info = (await ari.run('asterisk', 'getInfo')) as { system?: { version?: string } };
    return info.system?.version;
  };
  const version = await within(clock, DEADLINE_MS, ask, undefined);
  const checks = [check.checkAsterisk(version)];
  if (asterisk.sip === undefined) return checks;
  const { host, port } = asterisk.sip;
  const where = `${host}:${port}`;
  const answers = await isSipAlive(asterisk.sip, clock);
  const remedy = 'Asterisk is started again by itself after half a minute; look at the log if this stays.';
  const sip = answers
    ? { name: 'sip', ok: true, text: `SIP is answered at ${where}` }
    : { name: 'sip', ok: false, text: `Nothing answers SIP at ${where}`, remedy };
  return [...checks, sip];
}

async function databaseCheck({ store, clock }: Patient): Promise<DoctorCheck> {
  const began = clock.steady();
  const answers = await store.ping(PING_MS);
  const text = `The database answers in ${Math.round(clock.steady() - began)} ms`;
  if (answers) return { name: 'database', ok: true, text };
  const remedy = store.trouble ?? 'Look at DATABASE_URL and at the database itself.';
  return { name: 'database', ok: false, text: 'The database does not answer', remedy };
}

function settingChecks({ config, clock }: Patient): readonly Promise<DoctorCheck>[] {
  const { ari, maxCalls } = config;
  if (ari.kind !== 'bundled') return [];
  const { sipHost, externalAddress } = ari;
  const checks = [
    Promise.resolve(check.checkRtpPorts({ ...ari, maxCalls })),
    Promise.resolve(check.checkAddress({ sipHost, externalAddress, own: ownAddresses() })),
  ];
  const isWildcard = sipHost === '0.0.0.0' || sipHost === '::';
  return isWildcard ? [...checks, ownNameCheck(clock)] : checks;
}

async function ownNameCheck(clock: Patient['clock']): Promise<DoctorCheck> {
  const name = hostname();
  const began = clock.steady();
  const found = await within(
    clock,
    DEADLINE_MS,
    async () => (await lookup(name)).address !== '',
    false,
  ).catch(() => false);
  return check.checkOwnName(name, { ms: Math.round(clock.steady() - began), found });
}

export async function diskCheck(folder: string): Promise<DoctorCheck> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return check.checkDisk(folder, { free: bavail * bsize, size: blocks * bsize });
}

async function certificateChecks({ config, clock }: Patient): Promise<readonly DoctorCheck[]> {
  try {
    const files = await certificateFiles(config, clock);
    if (files === undefined) return [];
    const { subjectAltName, subject, validFrom, validTo } = new X509Certificate(
      await readFile(files.certFile),
    );
    const names = (subjectAltName ?? subject).replaceAll(/(?:DNS|IP Address):/g, '');
    const isSelfMade = config.tls === undefined;
    const facts = { names, from: timeOf(validFrom), to: timeOf(validTo), isSelfMade };
    return [check.checkCertificate(facts, clock.now())];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [{ name: 'certificate', ok: false, text, remedy: 'Look at TLS_CERT_FILE and TLS_KEY_FILE.' }];
  }
}

async function trunkChecks(
  { store, clock }: Patient,
  accounts: Pick<Provisioning, 'trunkStatus'>,
): Promise<readonly DoctorCheck[]> {
  const names = new SipNames(systemNameServers(clock), clock);
  const trunks = await store.repositories.trunks.all();
  const checks = await Promise.all(
    trunks.map(async (trunk): Promise<readonly DoctorCheck[]> => {
      const { host, port, transport, friendlyName } = trunk;
      const status = await within(clock, DEADLINE_MS, () => accounts.trunkStatus(trunk), undefined);
      const answers = check.checkTrunk(friendlyName, status?.reachable === true);
      if (isIP(host) !== 0) return [answers];
      const places = await within(clock, DEADLINE_MS, () => names.find({ host, port, transport }), []);
      return [check.checkTrunkName(host, places), answers];
    }),
  );
  return checks.flat();
}
