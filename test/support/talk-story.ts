import { aliceTalksToBob, legIsTold, numberIsTold, type Talk, VOICE } from './dial-story.ts';
import type { FaultStory } from './fault-stories.ts';

const DIAL_BOB = '<Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial>';

/** Alice calls 1000 and talks to Bob, whom its document has dialled; all that this has owed so far was delivered. */
export async function aliceAndBobTalk(story: FaultStory, verbs = DIAL_BOB): Promise<Talk> {
  story.app.reply('/after', '<Response><Hangup/></Response>');
  const talk = await aliceTalksToBob(story, verbs);
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
