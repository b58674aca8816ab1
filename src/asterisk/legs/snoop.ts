import { attempt, type LegContext } from './leg-context.ts';
import { LISTENER_PREFIX } from './talk-recorder.ts';

const START_DEADLINE_MS = 3_000;

/** What a channel that listens to another one hears of it, and whom it is heard by. */
export interface Snooping {
  readonly channelId: string;
  readonly spy: 'in' | 'out' | 'both';
  readonly whisper: 'none' | 'out';
}

/** A channel that listens to a leg's channel. */
export interface Snoop {
  readonly channelId: string;
  /** Whether it has come to us, and can be put into a bridge. */
  readonly isThere: boolean;
  /** Hangs it up. */
  end(): Promise<void>;
}

/** Makes a channel that listens to another one; `what` is a part of its id. Never rejects. */
export async function snoopOn(
  context: LegContext,
  callSid: string,
  what: string,
  snooping: Snooping,
): Promise<Snoop> {
  const { ari, clock, owners } = context;
  const run = (operation: string, parameters: object) =>
    attempt(context, callSid, ari.run('channels', operation, { ...parameters }));
  const snoopId = `${LISTENER_PREFIX}${what}.${crypto.randomUUID()}`;
  const arrived = new Promise<boolean>((resolve) => {
    const cancel = clock.after(START_DEADLINE_MS, () => resolve(false));
    owners.set(snoopId, {
      onEvent: ({ type }) => {
        if (type !== 'arrived') return;
        cancel();
        resolve(true);
      },
    });
  });
  const order = { ...snooping, snoopId, app: ari.app, appArgs: 'listener' };
  const isThere = (await run('snoopChannelWithId', order)) && (await arrived);
  return {
    channelId: snoopId,
    isThere,
    async end() {
      owners.delete(snoopId);
      await run('hangup', { channelId: snoopId });
    },
  };
}
