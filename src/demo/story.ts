import { systemClock } from '../clock.ts';
import type { IncomingCall } from '../phone/phone.ts';
import type { Cast } from './story-cast.ts';
import type { StoryNames } from './story-request.ts';
import type { Heard } from './story-summary.ts';

const ALICES_HZ = 440;
const CAROLS_HZ = 697;
const BOB_REFUSES_AFTER_MS = 300;
const CAROL_ANSWERS_AFTER_MS = 700;
const TALK_MS = 2_000;
const ANSWER_WITHIN_MS = 20_000;

/**
 * The story of the README, played by real SIP phones: alice calls the number, bob is busy, carol
 * answers, they hear each other, alice hangs up. `tell` is told what happens at the phones.
 * @throws when a phone waits in vain, with its name and what it waited for
 */
export async function playStory(
  { alice, bob, carol }: Cast,
  names: StoryNames,
  tell: (text: string) => void,
): Promise<Heard> {
  const bobRefuses = async () => {
    const call = await bob.incoming({ withinMs: ANSWER_WITHIN_MS });
    call.ring();
    tell('bob rings');
    await systemClock.sleep(BOB_REFUSES_AFTER_MS);
    tell('bob says 486 Busy Here');
    call.reject(486, 'Busy Here');
  };
  const carolTalks = async () => {
    const call = await carol.incoming({ withinMs: ANSWER_WITHIN_MS });
    call.ring();
    tell('carol rings');
    await systemClock.sleep(CAROL_ANSWERS_AFTER_MS);
    await call.answer();
    tell('carol answers');
    return listen(call.audio, { says: CAROLS_HZ, hears: ALICES_HZ });
  };
  const aliceCalls = async () => {
    tell(`alice calls ${names.number}`);
    const call = await alice.call(names.number);
    await call.answered;
    tell('alice is connected');
    return { call, ms: await listen(call.audio, { says: ALICES_HZ, hears: CAROLS_HZ }) };
  };
  const [fromCarol, fromAlice] = await Promise.all([aliceCalls(), carolTalks(), bobRefuses()]);
  tell('alice hangs up');
  await fromCarol.call.hangUp();
  return { byAlice: { hz: CAROLS_HZ, ms: fromCarol.ms }, byCarol: { hz: ALICES_HZ, ms: fromAlice } };
}

/** Plays a tone and listens for the other one's; resolves with the milliseconds heard of it. */
function listen(audio: IncomingCall['audio'], tones: { says: number; hears: number }): Promise<number> {
  audio.sendTone(tones.says);
  return audio.heardTone(tones.hears, { forMs: TALK_MS, withinMs: ANSWER_WITHIN_MS });
}
