import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { dateAt, timeOf } from '../../call/dates.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Config } from '../../config.ts';
import { SetupError } from '../../setup/setup-error.ts';
import { writeWhole } from '../../setup/whole-file.ts';

/** The paths of a certificate with its chain, and of its key, both in PEM. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

type TlsSettings = Pick<Config, 'tls' | 'tlsSelf' | 'dataDir' | 'ari' | 'httpHost' | 'ownSip'>;

const VALID_MS = 3_650 * 24 * 3_600_000;
const WILDCARDS = ['0.0.0.0', '::'];

/**
 * The certificate of this installation, checked; undefined when there is none. With `TLS=self` it is made at the first
 * start, and again when it has expired; phones that know its fingerprint know it until then.
 *
 * @throws SetupError when the files cannot be used
 */
export async function certificateFiles(
  config: TlsSettings,
  clock: Pick<Clock, 'now'>,
): Promise<CertificateFiles | undefined> {
  const { tls, tlsSelf, dataDir } = config;
  if (tls !== undefined) {
    await checkPair(tls);
    return tls;
  }
  if (!tlsSelf) return undefined;
  const folder = join(dataDir, 'tls');
  const files = { certFile: join(folder, 'self.crt'), keyFile: join(folder, 'self.key') };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const now = clock.now();
  if (!(await isUsable(files, now))) await makeCertificate(files, namesOf(config), now);
  return files;
}

/** The SHA-256 fingerprint of the first certificate in a file, `AB:CD:…`, as phones and browsers show it. */
export async function fingerprintOf(certFile: string): Promise<string> {
  return new X509Certificate(await readFile(certFile)).fingerprint256;
}

/** @throws SetupError that says which of the two settings is wrong */
async function checkPair({ certFile, keyFile }: CertificateFiles): Promise<void> {
  const certificate = await readPart('TLS_CERT_FILE', certFile, (pem) => new X509Certificate(pem));
  const key = await readPart('TLS_KEY_FILE', keyFile, (pem) => createPrivateKey(pem));
  if (certificate.checkPrivateKey(key)) return;
  throw new SetupError(
    `TLS_KEY_FILE (${keyFile}) is not the key of the certificate in TLS_CERT_FILE (${certFile}).`,
  );
}

async function readPart<T>(setting: string, path: string, read: (pem: Buffer) => T): Promise<T> {
  const pem = await readFile(path).catch((error: unknown) => {
    throw new SetupError(`${setting} (${path}) cannot be read: ${String(error)}`);
  });
  try {
    return read(pem);
  } catch {
    throw new SetupError(`${setting} (${path}) does not hold what it should, in PEM and without a password.`);
  }
}

async function isUsable({ certFile, keyFile }: CertificateFiles, now: number): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(certFile));
    const isKey = certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile)));
    return isKey && timeOf(certificate.validTo) > now;
  } catch {
    return false;
  }
}

async function makeCertificate(
  files: CertificateFiles,
  names: readonly string[],
  now: number,
): Promise<void> {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
  );
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'legwork' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: dateAt(now),
    notAfterDate: dateAt(now + VALID_MS),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  // The key first: with a certificate alone the next start makes both again.
  await writeWhole(files.keyFile, made.private, { mode: 0o600 });
  await writeWhole(files.certFile, made.cert, { mode: 0o644 });
}

/** What clients may know us by. */
function namesOf({ ari, httpHost, ownSip }: TlsSettings): readonly string[] {
  const domains = ownSip.domains.map(({ host }) => host);
  const addresses = [
    ...(ari.kind === 'bundled' ? [ari.sipHost, ari.externalAddress] : []),
    httpHost,
    '127.0.0.1',
  ].filter((address) => address !== undefined && !WILDCARDS.includes(address));
  const names = [...domains, hostname().toLowerCase(), 'localhost', ...addresses];
  return [...new Set(names.filter((name) => name !== undefined))];
}
