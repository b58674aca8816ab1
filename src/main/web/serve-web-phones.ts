import { clientOf } from '../../api/http/client-address.ts';
import { type FailureLimiter, networkOf } from '../../api/http/failure-limiter.ts';
import type { Provisioning } from '../../api/ports.ts';
import type { WebPhoneAccess } from '../../api/web-phone-access.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Config } from '../../config.ts';
import type { Logger } from '../../logger.ts';
import type { ClientRecord, Repositories } from '../../records/repositories.ts';
import { WebPhones } from '../../web-phones/web-phones.ts';
import { isLoopback } from '../../webhooks/egress.ts';
import type { Undo } from '../undo.ts';
import { browserPhoneUrl } from './browser-phone-url.ts';
import { usableTokens } from './client-tokens.ts';
import { TokenKeeper } from './token-keeper.ts';

export interface WebPhoneParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly repositories: Pick<Repositories, 'accounts' | 'clients' | 'clientTokens'>;
  readonly provisioning: Pick<Provisioning, 'clientChanged'>;
  /** Ends registrations of a client's browser phones, by the ports from which they reach Asterisk. */
  readonly endRegistrations: (login: string, ports: readonly number[]) => Promise<void>;
  readonly failures: FailureLimiter;
  /** Where this process' Asterisk has its HTTP server. */
  readonly asteriskUrl: string;
  readonly isAsteriskUp: () => boolean;
  readonly isLiveCall: (sipCallId: string) => boolean;
}

/** The browser phones of this process, and what REST needs of them. */
export interface ServedWebPhones {
  readonly phones: WebPhones;
  readonly access: WebPhoneAccess;
}

/** Undefined when browser phones are off. */
export function serveWebPhones(parts: WebPhoneParts, undo: Undo): ServedWebPhones | undefined {
  const { config, clock, log, repositories } = parts;
  const { webPhones: settings } = config;
  if (settings === undefined) return undefined;
  const tokensChanged = async (client: ClientRecord, gone: readonly string[]) => {
    await parts.provisioning.clientChanged(client);
    const ports = gone.flatMap((username) => phones.portsOf(username));
    if (ports.length > 0) await parts.endRegistrations(client.login.toLowerCase(), ports);
  };
  const keeper = new TokenKeeper({ ...repositories, clock, log, changed: tokensChanged });
  undo.add(() => keeper.close());
  const { hostname } = new URL(parts.asteriskUrl);
  const phones = new WebPhones({
    asteriskUrl: `${parts.asteriskUrl.replace(/^http/, 'ws')}/ws`,
    isLocal: isLoopback(hostname),
    isUp: parts.isAsteriskUp,
    isLiveCall: parts.isLiveCall,
    clientOf: clientOf(config.trustedProxies),
    networkOf,
    origins: settings.origins,
    mostPerAddress: settings.mostPerAddress,
    wrongPasswords: parts.failures,
    onSignedIn: (username) => keeper.used(username),
    clock,
    log,
  });
  return {
    phones,
    access: {
      url: browserPhoneUrl(config.publicUrl),
      host: new URL(config.publicUrl).hostname,
      tokensChanged,
      accountsChanged: () => endOfInactive(parts, tokensChanged),
      willExpire: (at) => keeper.willExpire(at),
    },
  };
}

/** Brings the clients with tokens to Asterisk again: those of accounts that are not active lose them. */
async function endOfInactive(
  { repositories, clock, log }: WebPhoneParts,
  changed: (client: ClientRecord, gone: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const all = await repositories.clientTokens.usable(clock.now());
    const usable = new Set((await usableTokens(repositories, clock)()).map(({ username }) => username));
    const sids = new Set(all.map(({ clientSid }) => clientSid));
    for (const client of await repositories.clients.all()) {
      if (!sids.has(client.sid)) continue;
      const own = all.filter(({ clientSid }) => clientSid === client.sid);
      await changed(
        client,
        own.map(({ username }) => username).filter((username) => !usable.has(username)),
      );
    }
  } catch (error) {
    log.warn({ err: error }, 'Tokens of an account that is not active could not be ended');
  }
}
