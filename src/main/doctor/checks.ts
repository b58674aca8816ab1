import type { DoctorCheck } from '../../records/doctor-report.ts';

/** Of a call: the caller's leg and one that it dials, each with a port for RTP and one for RTCP. */
const PORTS_PER_CALL = 4;
const DAY_MS = 24 * 3_600_000;
const CERTIFICATE_DAYS = 14;
const GIB = 1024 ** 3;
const LEAST_FREE = GIB;
const SLOW_NAME_MS = 500;
const WILDCARDS = ['0.0.0.0', '::'];

function fine(name: string, text: string): DoctorCheck {
  return { name, ok: true, text };
}

function wrong(name: string, text: string, remedy: string): DoctorCheck {
  return { name, ok: false, text, remedy };
}

/** Whether there are RTP ports for as many calls as are allowed. */
export function checkRtpPorts(range: {
  readonly rtpMin: number;
  readonly rtpMax: number;
  readonly maxCalls: number;
}): DoctorCheck {
  const { rtpMin, rtpMax, maxCalls } = range;
  const calls = Math.floor((rtpMax - rtpMin + 1) / PORTS_PER_CALL);
  const text = `RTP_PORT_MIN to RTP_PORT_MAX (${rtpMin} to ${rtpMax}) is enough for ${calls} calls of two legs; MAX_CALLS is ${maxCalls}`;
  if (calls >= maxCalls) return fine('rtp-ports', text);
  const needed = rtpMin + maxCalls * PORTS_PER_CALL - 1;
  return wrong('rtp-ports', text, `Set RTP_PORT_MAX to ${needed} and open these ports, or lower MAX_CALLS.`);
}

/** Whether the address that phones are told leads to this machine. */
export function checkAddress(facts: {
  readonly sipHost: string;
  readonly externalAddress: string | undefined;
  readonly own: readonly string[];
}): DoctorCheck {
  const { sipHost, externalAddress, own } = facts;
  if (sipHost.startsWith('127.') || sipHost === '::1') {
    return fine('address', `SIP_HOST is ${sipHost}: phones on this machine alone can register`);
  }
  if (!WILDCARDS.includes(sipHost) && !own.includes(sipHost)) {
    return wrong(
      'address',
      `SIP_HOST ${sipHost} is no address of this machine`,
      `Set it to one of ${own.join(', ')}.`,
    );
  }
  if (externalAddress !== undefined) {
    const where = own.includes(externalAddress)
      ? 'an address of this machine'
      : 'not on this machine: a NAT must lead it here';
    return fine('address', `Phones outside are told EXTERNAL_ADDRESS ${externalAddress}, which is ${where}`);
  }
  const told = WILDCARDS.includes(sipHost) ? own.filter(isOutside) : [sipHost];
  const hint = told.every(isPrivate)
    ? '; phones outside this network hear nothing without EXTERNAL_ADDRESS'
    : '';
  return fine('address', `Phones are told ${told.join(', ')}${hint}`);
}

function isOutside(address: string): boolean {
  return !address.startsWith('127.') && address !== '::1' && !address.startsWith('fe80');
}

function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])/.test(address);
}

/** Whether a file system has room. */
export function checkDisk(
  folder: string,
  { free, size }: { readonly free: number; readonly size: number },
): DoctorCheck {
  const text = `${folder} has ${(free / GIB).toFixed(1)} GiB free of ${(size / GIB).toFixed(1)}`;
  if (free >= LEAST_FREE) return fine('disk', text);
  return wrong('disk', text, 'Make room: recordings are the largest part (RECORDINGS_DIR).');
}

/** Whether a certificate holds, and for how long. */
export function checkCertificate(
  certificate: {
    readonly names: string;
    readonly from: number;
    readonly to: number;
    readonly isSelfMade: boolean;
  },
  now: number,
): DoctorCheck {
  const { names, from, to, isSelfMade } = certificate;
  const days = Math.floor((to - now) / DAY_MS);
  const text = `The certificate for ${names} holds for ${days} days`;
  if (now < from)
    return wrong(
      'certificate',
      `The certificate for ${names} does not hold yet`,
      'Look at the clock of this machine.',
    );
  if (days < CERTIFICATE_DAYS)
    return wrong('certificate', text, 'Renew it (TLS_CERT_FILE), and start Legwork again.');
  return fine(
    'certificate',
    isSelfMade ? `${text}; nobody has signed it, so phones must be told its fingerprint` : text,
  );
}

/** Whether a trunk's host leads anywhere. */
export function checkTrunkName(host: string, places: readonly unknown[]): DoctorCheck {
  if (places.length > 0) return fine('trunk-name', `${host} has an address`);
  return wrong(
    'trunk-name',
    `The name ${host} of a trunk leads to no address`,
    'Calls to it fail: look at the trunk, and at the name servers in /etc/resolv.conf.',
  );
}

/** Whether a trunk answers OPTIONS. */
export function checkTrunk(name: string, reachable: boolean): DoctorCheck {
  if (reachable) return fine('trunk', `The trunk ${name} answers`);
  return wrong(
    'trunk',
    `The trunk ${name} does not answer OPTIONS`,
    'Calls go by another trunk, or fail: look at its address, its firewall, and whether it knows ours.',
  );
}

/** With RTP on every address, Asterisk looks its own name up for each call. */
export function checkOwnName(
  name: string,
  took: { readonly ms: number; readonly found: boolean },
): DoctorCheck {
  if (took.found && took.ms < SLOW_NAME_MS)
    return fine('own-name', `This machine's name ${name} is found in ${took.ms} ms`);
  const text = took.found
    ? `To find this machine's own name ${name} takes ${took.ms} ms, for each call`
    : `This machine's own name ${name} is not found (after ${took.ms} ms), and Asterisk waits for it with each call`;
  return wrong('own-name', text, `Add ${name} to /etc/hosts, or set SIP_HOST to one address.`);
}

/** The versions that Legwork is made for: others lack what it needs, or have defects that end Asterisk. */
export function checkAsterisk(version: string | undefined): DoctorCheck {
  if (version === undefined)
    return wrong('asterisk', 'Asterisk does not answer', 'Look at its log: DATA_DIR/asterisk/log/messages.');
  const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  const isKnown = Number(major) === 22 && Number(minor) * 1000 + Number(patch) >= 10_001;
  if (isKnown) return fine('asterisk', `Asterisk ${version} answers`);
  return wrong(
    'asterisk',
    `Asterisk ${version} is not 22.10.1 or a later 22`,
    'Use the bundled one: leave ARI_URL out.',
  );
}
