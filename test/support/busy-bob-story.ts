import type { OutgoingCall } from '../../src/phone/phone.ts';
import type { LegworkProcess } from './legwork-process.ts';
import type { LiveStory } from './live-story.ts';

/** Alice calls 1000 and talks with carol, because bob was busy. */
export interface BusyBobStory {
  readonly call: OutgoingCall;
  readonly callSid: string;
}

const dial = (login: string) =>
  `<Response>\n  <Dial action="/dial-done">\n    <Client statusCallback="/leg">${login}</Client>\n  </Dial>\n</Response>\n`;

/** The story of the README up to the talk. `ringing`: done while bob rings. */
export async function busyBobThenCarolTalks(
  story: LiveStory<LegworkProcess>,
  ringing: (callSid: string) => Promise<void> = async () => {},
): Promise<BusyBobStory> {
  const { app } = story;
  app.reply('/voice', dial('bob'));
  app.reply('/dial-done', dial('carol'), '<Response/>');
  for (const path of ['/number', '/leg']) app.reply(path, { status: 204 });
  await story.number('1000');
  const [alice, bob, carol] = [
    await story.phone('alice'),
    await story.phone('bob'),
    await story.phone('carol'),
  ];
  const call = await alice.call('1000');
  const atBob = await bob.incoming();
  atBob.ring();
  const [first] = app.to('/voice');
  const callSid = first?.params['CallSid'] ?? '';
  await ringing(callSid);
  atBob.reject(486, 'Busy Here');
  const atCarol = await carol.incoming();
  atCarol.ring();
  await atCarol.answer();
  await call.answered;
  return { call, callSid };
}
