import type { IncomingCall, OutgoingCall } from '../../src/phone/phone.ts';
import { legIsTold, numberIsTold, VOICE } from './dial-story.ts';
import type { FaultStory } from './fault-stories.ts';

export interface Talk {
  readonly call: OutgoingCall;
  readonly atBob: IncomingCall;
}

/** Alice calls 1000 and talks to Bob; all that this has owed so far has arrived. */
export async function aliceAndBobTalk(story: FaultStory): Promise<Talk> {
  const { app } = story;
  app.reply(
    '/voice',
    '<Response><Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial></Response>',
  );
  app.reply('/after', '<Response><Hangup/></Response>');
  for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
  await story.number('1000');
  const [alice, bob] = await Promise.all([story.phone('alice'), story.phone('bob')]);
  const call = await alice.call('1000');
  const atBob = await bob.incoming();
  atBob.ring();
  await atBob.answer();
  await call.answered;
  atBob.audio.sendTone(697);
  call.audio.sendTone(440);
  await call.audio.heardTone(697, { forMs: 300 });
  await app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === 'answered'));
  return { call, atBob };
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
