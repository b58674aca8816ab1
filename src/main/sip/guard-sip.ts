import { securityLogIn } from '../../bundled-asterisk/asterisk-folder.ts';
import { SipGuard } from '../../asterisk/sip-guard/sip-guard.ts';
import type { Foundation } from '../foundation.ts';

/** Watches the SIP passwords that Asterisk's security log reports; undefined when there is no such log to read. */
export function guardSip(
  { ari, asterisk, clock, config, log, sipEgress }: Foundation,
  onBlocked: () => void,
): SipGuard | undefined {
  const logFile =
    config.sipSecurityLog ??
    (config.ari.kind === 'bundled' && asterisk.readsOurFiles ? securityLogIn(config.dataDir) : undefined);
  if (logFile === undefined) return undefined;
  const { sipGuessesPerMinute: most } = config;
  return new SipGuard({
    ari,
    clock,
    log,
    logFile,
    mostGuesses: most === 0 ? Number.POSITIVE_INFINITY : most,
    isTrusted: (address) => sipEgress.isTrunk(address),
    onBlocked,
  });
}
