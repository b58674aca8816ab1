/** The Debian release that the private packages come from: the first one with Asterisk 22. */
export const DEBIAN_RELEASE = 'forky';

/** A list of Debian packages that are fetched together into one folder. */
export interface PackageSet {
  readonly name: 'runtime' | 'cluster' | 'test' | 'browser' | 'speech';
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

/** What SPEECH_RECOGNIZER=pocketsphinx needs: the recognizer and its model of English. */
export const SPEECH_PACKAGES: PackageSet = {
  name: 'speech',
  packages: ['pocketsphinx', 'pocketsphinx-en-us'],
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
