/** The Debian release that the private packages come from: the first one with Asterisk 22. */
export const DEBIAN_RELEASE = 'forky';

/** Asterisk versions that Legwork works with: 22.10.1 fixed the ARI deadlocks, 23 is not tried. */
const OLDEST_ASTERISK: Version = [22, 10, 1];
const FIRST_ASTERISK_TOO_NEW: Version = [23, 0, 0];

type Version = readonly [number, number, number];

/** A list of Debian packages that are fetched together into one folder. */
export interface PackageSet {
  readonly name: 'runtime' | 'cluster' | 'test' | 'browser';
  readonly packages: readonly string[];
  /** Links that the packages' install scripts would make: path in the folder, target. */
  readonly links: readonly (readonly [string, string])[];
}

/** What a running Legwork needs besides Node: Asterisk with sounds and music, a speech engine, a converter. */
export const RUNTIME_PACKAGES: PackageSet = {
  name: 'runtime',
  packages: [
    'asterisk',
    'asterisk-core-sounds-en-wav',
    'asterisk-moh-opsound-wav',
    'asterisk-mp3',
    'espeak-ng',
    'sox',
  ],
  links: [['usr/share/asterisk/sounds/en', 'en_US_f_Allison']],
};

/** What a cluster has besides its nodes: the proxy in front of them, and a database server for one that is tried out on one machine. */
export const CLUSTER_PACKAGES: PackageSet = {
  name: 'cluster',
  packages: ['kamailio', 'kamailio-postgres-modules', 'postgresql'],
  links: [],
};

/** What the tests need in addition: a SIP load tool, a database server, and Python for an example of an application server. */
export const TEST_PACKAGES: PackageSet = {
  name: 'test',
  packages: ['sip-tester', 'postgresql', 'python3'],
  links: [],
};

/** What the tests of the console need where the machine has no Chromium: one, with letters and signs to draw. */
export const BROWSER_PACKAGES: PackageSet = {
  name: 'browser',
  packages: ['chromium', 'fonts-dejavu-core', 'fonts-inter'],
  links: [],
};

/** Reads the version in Debian's `1:22.10.1+dfsg-1`, or in what `asterisk -V` prints. */
export function parseAsteriskVersion(text: string): Version | undefined {
  const found = /(?:^|:|Asterisk )(\d+)\.(\d+)\.(\d+)/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Whether Legwork works with an Asterisk of this version. */
export function acceptsAsterisk(text: string): boolean {
  const version = parseAsteriskVersion(text);
  return (
    version !== undefined &&
    compare(version, OLDEST_ASTERISK) >= 0 &&
    compare(version, FIRST_ASTERISK_TOO_NEW) < 0
  );
}

/** The accepted versions in words, for messages. */
export const ACCEPTED_ASTERISK = `Asterisk ${OLDEST_ASTERISK.join('.')} or later, before ${FIRST_ASTERISK_TOO_NEW[0]}`;

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
