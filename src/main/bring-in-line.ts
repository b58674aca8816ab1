import type { SipAccounts } from '../asterisk/sip-accounts/sip-accounts.ts';
import type { CallMachinery } from './calls/call-machinery.ts';
import { reconcileCalls } from './calls/reconcile-calls.ts';
import type { Foundation } from './foundation.ts';
import { syncSipAccounts } from './sip/sip-accounts.ts';

/** After every connect: gives Asterisk the database's SIP accounts, and removes channels and bridges that belong to no leg. */
export async function bringInLine(
  foundation: Foundation,
  machinery: CallMachinery,
  accounts: SipAccounts,
): Promise<void> {
  const { config, log, store } = foundation;
  const { trunkNetworkBits } = config;
  try {
    await syncSipAccounts(accounts, store.repositories, { trunkNetworkBits, log });
    await machinery.control.takeUp();
    const { hungUp, destroyedBridges } = await reconcileCalls(
      machinery.services.calls.all(),
      foundation,
      machinery,
    );
    if (hungUp + destroyedBridges > 0) {
      log.warn({ hungUp, destroyedBridges }, 'Channels and bridges that belonged to no call were removed');
    }
  } catch (error) {
    // The connection broke again: its next `up` does this once more.
    log.warn({ err: error }, 'Asterisk could not be brought in line with the database');
  }
}
