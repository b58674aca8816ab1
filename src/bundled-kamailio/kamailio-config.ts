import { isIP } from 'node:net';
import { SIP_REALM } from '../call/routing/sip-names.ts';
import type { TemplateValues } from '../bundled-asterisk/config-files.ts';
import { SetupError } from '../setup/setup-error.ts';

/** What Kamailio's configuration depends on. */
export interface KamailioSettings {
  /** Where it takes SIP, by UDP and TCP: phones and switches reach it there. */
  readonly host: string;
  readonly port: number;
  /** Host names that mean this installation. */
  readonly domains: readonly { readonly host: string; readonly port?: number }[];
  readonly databaseUrl: string;
  /** What it and the switches know each other by. */
  readonly key: string;
  /** Wrong passwords that an address may send in a minute; 0: no limit. */
  readonly guessesPerMinute: number;
}

const PROCESSES = 4;

/** The values of the placeholders in `asterisk-config/kamailio/`. @throws SetupError */
export function kamailioValues(
  settings: KamailioSettings,
  { moduleDir, runDir }: { readonly moduleDir: string; readonly runDir: string },
): TemplateValues {
  const { host, port, domains, key, guessesPerMinute } = settings;
  return {
    children: PROCESSES,
    listen: ['udp', 'tcp'].map((transport) => `listen=${transport}:${bracketed(host)}:${port}`),
    aliases: domains.map(
      (domain) => `alias="${domain.host}${domain.port === undefined ? '' : `:${domain.port}`}"`,
    ),
    realm: SIP_REALM,
    module_dir: moduleDir,
    run_dir: runDir,
    database_url: kamailioDatabase(settings.databaseUrl),
    key,
    guesses_per_minute: guessesPerMinute,
  };
}

/**
 * The database as Kamailio reads it: `postgres://user:password@host:port/name`, nothing encoded and no parameters.
 * @throws SetupError that names what cannot be written that way; never the password
 */
export function kamailioDatabase(url: string): string {
  const { username, password, hostname, port, pathname, search } = new URL(url);
  const [user, secret, name] = [username, password, pathname.slice(1)].map((part) =>
    decodeURIComponent(part),
  );
  if (search !== '')
    throw new SetupError('Kamailio takes no parameters in DATABASE_URL: leave out what follows "?".');
  if (!/^[\w.-]+$/.test(user ?? '') || !/^[\w.-]+$/.test(name ?? '') || /[:@/"\\;\s]/.test(secret ?? '')) {
    throw new SetupError(
      'Kamailio cannot read this DATABASE_URL: user and database may have letters, digits, ".", "-" and "_", the password no : @ / " \\ ; or space.',
    );
  }
  const login = secret === '' ? user : `${user}:${secret}`;
  return `postgres://${login}@${hostname}${port === '' ? '' : `:${port}`}/${name}`;
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
