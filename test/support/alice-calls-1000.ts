import type { OutgoingCall } from '../../src/phone/phone.ts';
import type { LiveStory } from './live-story.ts';
import type { StoryStack } from './story-stack.ts';

/** Alice calls 1000, whose document has these verbs, and is answered. The number's callbacks are accepted. */
export async function aliceListens(story: LiveStory<StoryStack>, verbs: string): Promise<OutgoingCall> {
  story.app.reply('/voice', `<Response>${verbs}</Response>`);
  story.app.reply('/number', { status: 204 });
  await story.number('1000');
  const alice = await story.phone('alice');
  const call = await alice.call('1000');
  await call.answered;
  return call;
}
