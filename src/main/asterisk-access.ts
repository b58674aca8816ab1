import type { MediaSettings } from '../asterisk/sip-accounts/sip-object.ts';
import { startBundledAsterisk } from '../bundled-asterisk/bundled-asterisk.ts';
import { makeAsteriskFolder } from '../bundled-asterisk/asterisk-folder.ts';
import { AsteriskKeeper } from '../bundled-asterisk/asterisk-keeper.ts';
import { webPhoneValues } from '../bundled-asterisk/web-phone-values.ts';
import type { HepAccess } from '../bundled-asterisk/hep-access.ts';
import { keepUp } from '../bundled-asterisk/asterisk-upkeep.ts';
import { isSipAlive } from '../bundled-asterisk/sip-health.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { certificateFiles } from './data/certificate.ts';

/** Where SIP is taken. */
export interface SipAddresses {
  readonly host: string;
  readonly port: number;
  /** The port of SIP over TLS, if there is a certificate. */
  readonly tlsPort?: number;
}

/** Where Asterisk is and who may use it. */
export interface AsteriskAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Where the bundled one takes SIP. */
  readonly sip?: SipAddresses;
  /** Whether it can read the files of this process. */
  readonly readsOurFiles: boolean;
  /** Ends the bundled one; leaves the user's own alone. */
  stop(): Promise<void>;
  /** Looks after the bundled one no longer, and leaves it running. */
  leave?(): Promise<void>;
}

/** The user's own Asterisk, or the bundled one, which is started (or adopted) and started again when it dies. */
export async function reachAsterisk(
  config: Config,
  clock: Clock,
  log: Logger,
  tell: {
    readonly progress: (line: string) => void;
    readonly isServed: (url: string) => boolean;
    /** Where the bundled one sends its SIP messages. */
    readonly hep: HepAccess | undefined;
  },
): Promise<AsteriskAccess> {
  const { ari } = config;
  if (ari.kind === 'external') {
    const { url, username, password } = ari;
    return { url, username, password, readsOurFiles: false, stop: () => Promise.resolve() };
  }
  const tls = await certificateFiles(config, clock);
  const start = (progress: (line: string) => void) =>
    startBundledAsterisk({
      ...ari,
      dataDir: config.dataDir,
      ariApp: config.ariApp,
      maxCalls: config.maxCalls,
      webPhones: webPhoneValues(config),
      codecs: config.codecs,
      ...(tls === undefined ? {} : { tls: { ...tls, port: ari.sipTlsPort } }),
      cacheFolder: config.cacheFolder,
      hep: tell.hep,
      // Another node may be driving its calls: other settings wait until it is started anew.
      ...(config.cluster === undefined ? {} : { ariHost: config.cluster.ariHost, isKept: true }),
      clock,
      progress,
    });
  const first = await start(tell.progress);
  const keeper = new AsteriskKeeper({
    first,
    start: () => start((line) => log.info(line)),
    isSipAlive: (asterisk) => isSipAlive(asterisk.sip, clock),
    clock,
    log,
  });
  const folder = await makeAsteriskFolder(config.dataDir);
  const endUpkeep = keepUp({ folder, clock, log, isServed: tell.isServed });
  return {
    url: first.ariUrl,
    username: first.username,
    password: first.password,
    sip: first.sip,
    readsOurFiles: true,
    stop() {
      endUpkeep();
      return keeper.stop();
    },
    leave() {
      endUpkeep();
      return keeper.leave();
    },
  };
}

/** What all SIP endpoints share: how long a party may send no media, and the address that SIP is bound to, if it is only one. */
export function mediaSettings({
  ari,
  mediaTimeoutS: timeoutS,
  codecs,
  srtp,
  clientOptionsS,
  webPhones,
}: Config): MediaSettings {
  const web = webPhones === undefined ? {} : { web: { codecs: webPhones.codecs } };
  const settings = { timeoutS, codecs, srtp, clientOptionsS, ...web };
  if (ari.kind !== 'bundled' || ['0.0.0.0', '::'].includes(ari.sipHost)) return settings;
  return { ...settings, mediaAddress: ari.sipHost };
}
