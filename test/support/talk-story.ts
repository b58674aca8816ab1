import { aliceTalksToBob, legIsTold, numberIsTold, type Talk, VOICE } from './dial-story.ts';
import type { LiveStory } from './live-story.ts';
import type { StoryStack } from './story-stack.ts';

export const DIAL_BOB = '<Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial>';

/** A stack that can wait until nothing is owed. */
interface DeliveringStack extends StoryStack {
  delivered(): Promise<void>;
}

/** Alice calls 1000 and talks to Bob, whom its document has dialled; all that this has owed so far was delivered. */
export async function aliceAndBobTalk(
  story: LiveStory<DeliveringStack>,
  verbs = DIAL_BOB,
  rang?: () => Promise<unknown>,
): Promise<Talk> {
  story.app.reply('/after', '<Response><Hangup/></Response>');
  const talk = await aliceTalksToBob(story, verbs, rang);
  await story.app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === 'answered'));
  await story.stack.delivered();
  return talk;
}

/** They hear each other now, for so long. */
export async function areHeard({ call, atBob }: Talk, forMs = 500): Promise<void> {
  call.audio.mark();
  atBob.audio.mark();
  await call.audio.heardTone(697, { forMs });
  await atBob.audio.heardTone(440, { forMs });
}

/** Everything that this talk asks for when Bob hangs up. */
export const BOB_HUNG_UP = {
  'A /voice': VOICE,
  'A /number': numberIsTold('completed'),
  'A /after': [
    'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
  ],
  'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
};
