import type { SipAddresses } from './asterisk-access.ts';
import type { DemoPhone } from './data/demo-data.ts';

/** A running Legwork process, alone or one of several. */
export interface RunningLegwork {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** Where the bundled Asterisk takes SIP. */
  readonly sip?: SipAddresses;
  readonly demoPhones: readonly DemoPhone[];
  /**
   * Takes no more calls, lets running ones go on for at most `drainMs`, ends the others, delivers what is
   * owed and can be delivered now, and stops everything that was started. A node whose calls others take hands them over instead.
   */
  stop(drainMs: number): Promise<void>;
}
