/** What `npm start` shows once everything runs. */
export interface ScreenFacts {
  readonly version: string;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** Where softphones register; undefined when Asterisk is the user's own. */
  readonly sip?: {
    readonly host: string;
    readonly port: number;
    readonly tlsPort?: number;
    /** Of a certificate that Legwork made itself, which phones have to be told. */
    readonly fingerprint?: string;
    /** Addresses of this machine at which SIP is taken. */
    readonly addresses: readonly string[];
  };
  /** Where browser phones connect; undefined when they are off. */
  readonly webPhones?: string;
  /** Why there are no browser phones. */
  readonly webPhonesOff?: string;
  readonly demo?: {
    readonly number: string;
    readonly phones: readonly { readonly login: string; readonly password: string }[];
  };
  readonly dataDir: string;
  /** Whether there is a console. */
  readonly console: boolean;
}

/** The lines of the screen: everything that somebody needs for a first call. */
export function screen(facts: ScreenFacts): string {
  const { url, accountSid, authToken, demo } = facts;
  const callee = demo?.phones[1]?.login ?? 'YOUR-CLIENT';
  const document = demo === undefined ? 'http://YOUR-SERVER/hello.xml' : `${url}/demo/hello`;
  return [
    '',
    `Legwork ${facts.version} is running.`,
    '',
    ...(facts.console
      ? [
          `  Console        ${url}/console/`,
          `                   account ${accountSid}`,
          `                   token   ${authToken}`,
          '',
        ]
      : []),
    ...(facts.sip === undefined
      ? ['  Softphones     register at your own Asterisk']
      : softphoneLines(facts.sip)),
    ...(demo === undefined
      ? []
      : [
          ...demo.phones.map(
            ({ login, password }) => `                   ${login.padEnd(6)} password ${password}`,
          ),
          `  Demo number    ${demo.number}: rings bob; when he is busy, carol`,
        ]),
    ...(facts.webPhones === undefined ? [] : [`  Browser phones ${facts.webPhones} (docs/webrtc.md)`]),
    ...(facts.webPhonesOff === undefined ? [] : [`  Browser phones none: ${facts.webPhonesOff}`]),
    '',
    `  REST           ${url}/2012-04-24/Accounts/${accountSid}`,
    '  Make a call    register bob, then',
    `                   curl ${url}/2012-04-24/Accounts/${accountSid}/Calls.json \\`,
    `                     -u '${accountSid}:${authToken}' \\`,
    `                     -d From=legwork -d To=client:${callee} -d Url=${document}`,
    `  Health         ${url}/health`,
    `  Data           ${facts.dataDir}`,
    '  Stop           Ctrl-C',
    '',
  ].join('\n');
}

function softphoneLines(sip: NonNullable<ScreenFacts['sip']>): readonly string[] {
  const { host, port, tlsPort, fingerprint, addresses } = sip;
  const [first = host, ...others] = addresses;
  const lines = [
    `  Softphones     register at ${first}:${port} (SIP over UDP or TCP)`,
    ...others.map((address) => `                   or at ${address}:${port}`),
  ];
  if (tlsPort !== undefined) lines.push(`                   or at ${first}:${tlsPort} (SIP over TLS)`);
  if (fingerprint !== undefined) lines.push(`                   certificate SHA-256 ${fingerprint}`);
  if (isLoopback(host)) {
    lines.push(
      "                   on this machine alone; for phones elsewhere set SIP_HOST to this machine's address",
    );
  }
  return lines;
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}
