import { securityLogIn } from '../bundled-asterisk/asterisk-folder.ts';
import { SipGuard } from '../asterisk/sip-guard/sip-guard.ts';
import type { Foundation } from './foundation.ts';

/** Shuts out who guesses SIP passwords, where Asterisk's security log can be read; undefined: nobody does. */
export function guardSip(
  { ari, clock, config, log, sipEgress }: Foundation,
  onBlocked: () => void,
): SipGuard | undefined {
  const logFile =
    config.sipSecurityLog ?? (config.ari.kind === 'bundled' ? securityLogIn(config.dataDir) : undefined);
  if (logFile === undefined || config.sipGuessesPerMinute === 0) return undefined;
  return new SipGuard({
    ari,
    clock,
    log,
    logFile,
    mostGuesses: config.sipGuessesPerMinute,
    isTrusted: (address) => sipEgress.isTrunk(address),
    onBlocked,
  });
}
