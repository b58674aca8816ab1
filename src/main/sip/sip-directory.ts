import { isOwnSip, type OwnSip } from '../../call/routing/own-sip.ts';
import type { Directory } from '../../call/directory.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Config } from '../../config.ts';
import { isLoopback } from '../../webhooks/egress.ts';
import type { AsteriskAccess } from '../asterisk-access.ts';
import { ownAddresses } from './own-addresses.ts';
import type { Store } from '../../store/store.ts';
import { SipEgress } from './sip-egress.ts';
import { SipNames, systemNameServers } from './sip-names.ts';

/** Where SIP may go, by the settings and by the trunks that there are now. */
export function sipEgress({
  config,
  clock,
  store,
  asterisk,
}: {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: Store;
  readonly asterisk: AsteriskAccess;
}): SipEgress {
  return new SipEgress({
    ...store.repositories,
    names: new SipNames(systemNameServers(clock), clock),
    settings: {
      allow: config.sipAllow,
      deny: config.sipDeny,
      isLocal: isLoopback(
        config.ari.kind === 'bundled' ? config.ari.sipHost : new URL(config.ari.url).hostname,
      ),
      // What an Asterisk of the user's own can do is not known.
      hasTls: config.ari.kind === 'external' || config.tls !== undefined || config.tlsSelf,
      services: servicesOf(config, asterisk.url),
      ownAddresses,
    },
  });
}

/** Which SIP addresses lead to this installation itself, by the settings. */
export function ownSip({ ownSip: settings }: Config): OwnSip {
  return { ...settings, ownAddresses };
}

/** The directory for routing, which allows only the ways that SIP may go. */
export function directoryWithin(
  directory: Omit<Directory, 'isOwn' | 'wayTo'>,
  egress: SipEgress,
  own: OwnSip,
): Directory {
  return {
    account: (sid) => directory.account(sid),
    number: (dialled) => directory.number(dialled),
    numberLike: (accountSid, dialled) => directory.numberLike(accountSid, dialled),
    client: (login) => directory.client(login),
    trunk: (sid) => directory.trunk(sid),
    trunksFor: (accountSid, number) => directory.trunksFor(accountSid, number),
    application: (accountSid, sid) => directory.application(accountSid, sid),
    isCallerId: (accountSid, number) => directory.isCallerId(accountSid, number),
    dialingRules: (accountSid) => directory.dialingRules(accountSid),
    isOwn: (address) => isOwnSip(address, own),
    wayTo: (accountSid, target) => egress.wayTo(accountSid, target),
  };
}

function servicesOf({ ari, databaseUrl, httpHost, httpPort, tls, tlsSelf }: Config, ariUrl: string) {
  const services = [{ host: httpHost, port: httpPort }, serviceAt(ariUrl, 8088)];
  if (databaseUrl.kind === 'postgres') services.push(serviceAt(databaseUrl.url, 5432));
  if (ari.kind === 'bundled') {
    const { sipHost, sipPort, sipTlsPort, externalAddress } = ari;
    for (const port of tls === undefined && !tlsSelf ? [sipPort] : [sipPort, sipTlsPort]) {
      services.push({ host: sipHost, port });
      if (externalAddress !== undefined) services.push({ host: externalAddress, port });
    }
  }
  return services;
}

function serviceAt(url: string, standardPort: number): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host: host === 'localhost' ? '127.0.0.1' : host, port: port === '' ? standardPort : Number(port) };
}
