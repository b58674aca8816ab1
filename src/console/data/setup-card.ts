/** What `P/Clients/{sid}/Setup` says. */
export interface Setup {
  readonly server: string;
  readonly port: number;
  readonly tls_port: number | null;
  readonly transports: readonly string[];
  readonly user: string;
  readonly realm: string;
  readonly srtp: string;
  readonly codecs: readonly string[];
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** What has to be typed into a phone, apart from the password. */
export function setupPairs(setup: Setup): Pairs {
  const { server, port, tls_port: tlsPort, transports, user, realm, srtp, codecs } = setup;
  return [
    ['Server', server],
    ['Port', tlsPort === null ? String(port) : `${port}, with TLS ${tlsPort}`],
    ['Transport', transports.join(', ')],
    ['User name', user],
    ['Realm', realm],
    ['SRTP', srtp],
    ['Codecs', codecs.join(', ')],
  ];
}

/** The same as lines of text, with the password where it is known. */
export function setupText(setup: Setup, password: string | undefined): string {
  const secret: Pairs = password === undefined ? [] : [['Password', password]];
  return linesOf([...setupPairs(setup), ...secret]);
}

/** What a phone cannot do without, for a QR code that is read at a glance. */
export function qrText(setup: Setup, password: string | undefined): string {
  const { server, port, user, transports } = setup;
  const host = server.includes(':') ? `[${server}]` : server;
  const secret: Pairs = password === undefined ? [] : [['Password', password]];
  return linesOf([
    ['SIP server', `${host}:${port}`],
    ['User name', user],
    ...secret,
    ['Transport', transports.join(', ')],
  ]);
}

function linesOf(pairs: Pairs): string {
  return pairs.map(([name, value]) => `${name}: ${value}`).join('\n');
}
