import type { FinalStatus } from '../../src/call/leg/outcome.ts';
import type { CallOptions, IncomingCall, OutgoingCall, Phone } from '../../src/phone/phone.ts';
import type { LiveStory } from './live-story.ts';
import type { StoryStack } from './story-stack.ts';

/** What all stories of Alice's call to the number 1000 share. */
export interface AliceCalling {
  readonly alice: Phone;
  readonly call: OutgoingCall;
}

/** Alice calls 1000, whose document has these verbs. The number's callbacks and those of `callbacks` are accepted. */
export async function aliceCalls(
  story: LiveStory<StoryStack>,
  verbs: string,
  callbacks: readonly string[] = ['/bob'],
  options: CallOptions = {},
): Promise<AliceCalling> {
  story.app.reply('/voice', `<Response>${verbs}</Response>`);
  for (const path of ['/number', ...callbacks]) story.app.reply(path, { status: 204 });
  await story.number('1000');
  const alice = await story.phone('alice');
  return { alice, call: await alice.call('1000', options) };
}

export interface Talk extends AliceCalling {
  readonly atBob: IncomingCall;
}

/** What they say all the time. */
export const ALICE_HZ = 440;
export const BOB_HZ = 697;

/**
 * Alice calls 1000, whose document dials client bob; he rings and answers when `rang` resolves, and they hear each other.
 */
export async function aliceTalksToBob(
  story: LiveStory<StoryStack>,
  verbs: string,
  rang: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Talk> {
  const bob = await story.phone('bob');
  const { alice, call } = await aliceCalls(story, verbs);
  const atBob = await bob.incoming();
  atBob.ring();
  await rang();
  await atBob.answer();
  await call.answered;
  call.audio.sendTone(ALICE_HZ);
  atBob.audio.sendTone(BOB_HZ);
  await Promise.all([
    call.audio.heardTone(BOB_HZ, { forMs: 200 }),
    atBob.audio.heardTone(ALICE_HZ, { forMs: 200 }),
  ]);
  return { alice, call, atBob };
}

/** What a CANCEL says to a phone that shall show no missed call (RFC 3326), and to one that shall. */
export const ANSWERED_ELSEWHERE = {
  reason: 'SIP;cause=200;text="Call completed elsewhere",Q.850;cause=26',
};
export const MISSED = { reason: 'Q.850;cause=16' };

/** The request for the first document. */
export const VOICE = ['POST CallStatus=ringing Direction=inbound'];

/** The number's three callbacks about a call that we answered, the last with the outbound leg's state. */
export function numberIsTold(dialCallStatus?: string): string[] {
  const dial = dialCallStatus === undefined ? '' : ` DialCallStatus=${dialCallStatus}`;
  return [
    'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
    'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
    `POST CallStatus=completed Direction=inbound${dial} SequenceNumber=2`,
  ];
}

const LEG_EVENTS = {
  initiated: 'CallStatus=initiated CallEvent=initiated SequenceNumber=0',
  ringing: 'CallStatus=ringing CallEvent=ringing SequenceNumber=1',
  answered: 'CallStatus=in-progress CallEvent=answered SequenceNumber=2',
} as const;

/** A dialled leg's callbacks: these events, then its end. */
export function legIsTold(events: readonly (keyof typeof LEG_EVENTS)[], end: FinalStatus): string[] {
  const leg = 'POST Direction=outbound-dial';
  const last = `${leg} CallStatus=${end} CallEvent=completed SequenceNumber=3`;
  return [...events.map((event) => `${leg} ${LEG_EVENTS[event]}`), last];
}

/** A Dial's action request about a leg that was not answered. */
export function actionIsTold(
  dialCallStatus: string,
  sipStatus?: number,
  callStatus = 'in-progress',
): string[] {
  const code = sipStatus === undefined ? '' : ` DialSipResponseCode=${sipStatus}`;
  return [
    `POST CallStatus=${callStatus} Direction=inbound DialCallStatus=${dialCallStatus} DialBridged=false${code}`,
  ];
}
