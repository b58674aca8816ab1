import { dirname, join } from 'node:path';
import { RefusalWatch } from '../../asterisk/sip-guard/refusal-watch.ts';
import { SipGuard } from '../../asterisk/sip-guard/sip-guard.ts';
import { messagesLogIn, securityLogIn } from '../../bundled-asterisk/asterisk-folder.ts';
import type { Foundation } from '../foundation.ts';
import type { Undo } from '../undo.ts';
import { Refusals } from './refusals.ts';

/** Tells of calls that are refused, also of those that Asterisk refuses itself, as far as its log can be read. */
export function watchRefusals(
  foundation: Foundation,
  count: (code: number, reason: string) => void,
  undo: Undo,
): Refusals {
  const { clock, log, sipEgress, store } = foundation;
  const trunkAt = (address: string) => sipEgress.trunkAt(address);
  const { directory, journal } = store;
  const refusals = new Refusals({ directory, trunkAt, journal, clock, log, count });
  const logFile = logsOf(foundation)?.messages;
  if (logFile !== undefined) {
    const watch = new RefusalWatch({ logFile, clock, log, onRefused: (one) => refusals.byAsterisk(one) });
    undo.add(() => watch.close());
  }
  return refusals;
}

/** Watches the SIP passwords that Asterisk's security log reports; undefined when there is no such log to read. */
export function guardSip(
  foundation: Foundation,
  { onBlocked, refusals }: { readonly onBlocked: () => void; readonly refusals: Refusals },
): SipGuard | undefined {
  const { ari, clock, config, log, sipEgress } = foundation;
  const logFile = logsOf(foundation)?.security;
  if (logFile === undefined) return undefined;
  const { sipGuessesPerMinute: most } = config;
  return new SipGuard({
    ari,
    clock,
    log,
    logFile,
    mostGuesses: most === 0 ? Number.POSITIVE_INFINITY : most,
    isTrusted: async (address) => (await sipEgress.trunkAt(address)) !== undefined,
    onBlocked,
    onRefused: (sender) => refusals.unauthorized(sender),
  });
}

/** Where Asterisk's logs are: of one that is not the bundled one, both in one folder. */
function logsOf({ asterisk, config }: Pick<Foundation, 'asterisk' | 'config'>) {
  const { ari, dataDir, sipSecurityLog: security } = config;
  if (security !== undefined) return { security, messages: join(dirname(security), 'messages') };
  if (ari.kind !== 'bundled' || !asterisk.readsOurFiles) return undefined;
  return { security: securityLogIn(dataDir), messages: messagesLogIn(dataDir) };
}
