/** What `npm start` shows once everything runs. */
export interface ScreenFacts {
  readonly version: string;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** Where softphones register; undefined when Asterisk is the user's own. */
  readonly sip?: { readonly host: string; readonly port: number };
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
      : [`  Softphones     register at ${facts.sip.host}:${facts.sip.port} (SIP over UDP or TCP)`]),
    ...(demo === undefined
      ? []
      : [
          ...demo.phones.map(
            ({ login, password }) => `                   ${login.padEnd(6)} password ${password}`,
          ),
          `  Demo number    ${demo.number}: rings bob; when he is busy, carol`,
        ]),
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
