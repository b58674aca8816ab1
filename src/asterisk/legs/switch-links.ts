import type { HangUpReason } from '../../call/call-control.ts';
import { type AriChannel, readChannel, readList, readVariable } from '../ari/ari-objects.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { ARI_REASONS, attempt, LEG_VARIABLE, type LegContext } from './leg-context.ts';
import { guestLeg, isGuestChannel, type Link, type LinkTarget, openLink } from './links.ts';

/** How the switches of a cluster know each other. */
export interface LinkRules {
  readonly key: string;
  /** The leg of another switch that is let in with this ticket, once. */
  readonly admitted: (ticket: string) => string | undefined;
}

interface Legs {
  readonly find: (callSid: string) => ControlledLeg | undefined;
  readonly keep: (leg: ControlledLeg) => void;
}

const REFUSED: HangUpReason = 'forbidden';

/** The internal calls between this switch and others: those that lead our legs away, and those that bring legs of others. */
export class SwitchLinks {
  readonly #context: LegContext;
  readonly #rules: LinkRules | undefined;
  readonly #legs: Legs;

  constructor(context: LegContext, rules: LinkRules | undefined, legs: Legs) {
    this.#context = context;
    this.#rules = rules;
    this.#legs = legs;
  }

  /** Leads a leg to another switch, which has given a ticket for it. Undefined: it could not be led there. */
  async open(callSid: string, to: Omit<LinkTarget, 'key'>): Promise<Link | undefined> {
    const leg = this.#legs.find(callSid);
    if (leg === undefined || this.#rules === undefined) return undefined;
    return await openLink(this.#context, leg, { ...to, key: this.#rules.key });
  }

  /** Lets the leg of another switch in that has a ticket; it stands here under its CallSid. */
  async admit(channel: AriChannel): Promise<void> {
    const callSid = this.#rules?.admitted(channel.exten ?? '');
    const answer = (operation: string, parameters: object) => {
      const work = this.#context.ari.run('channels', operation, { channelId: channel.id, ...parameters });
      return attempt(this.#context, callSid ?? channel.id, work);
    };
    if (callSid === undefined) return void (await answer('hangup', { reason: ARI_REASONS[REFUSED] }));
    const guest = guestLeg(this.#context, channel.id, callSid);
    this.#legs.keep(guest);
    guest.claim();
    await answer('answer', {});
  }

  /** Takes over the legs of other switches that a former process has let in. Rejects with AriError. */
  async adopt(): Promise<void> {
    const { ari } = this.#context;
    const channels = readList(await ari.run('channels', 'list'), readChannel);
    for (const channel of channels.filter(isGuestChannel)) {
      const parameters = { channelId: channel.id, variable: LEG_VARIABLE };
      const callSid = readVariable(
        await ari.run('channels', 'getChannelVar', parameters).catch(() => undefined),
      );
      if (callSid === undefined) continue;
      const guest = guestLeg(this.#context, channel.id, callSid);
      this.#legs.keep(guest);
      guest.adopt(channel);
    }
  }

  /** Ends the internal call of another switch's leg. */
  async drop(callSid: string): Promise<void> {
    await this.#legs.find(callSid)?.hangUp('normal');
  }
}
