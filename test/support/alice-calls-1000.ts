import type { OutgoingCall } from '../../src/phone/phone.ts';
import type { Answer } from './application-server.ts';
import type { LiveStory } from './live-story.ts';
import type { StoryStack } from './story-stack.ts';

/** Alice calls 1000, whose document is this (these, one after the other). The number's callbacks are accepted. */
export async function aliceCalls1000(
  story: LiveStory<StoryStack>,
  ...documents: readonly Answer[]
): Promise<OutgoingCall> {
  story.app.reply('/voice', ...documents);
  story.app.reply('/number', { status: 204 });
  await story.number('1000');
  const alice = await story.phone('alice');
  return alice.call('1000');
}

/** The same with these verbs; resolves when she is answered. */
export async function aliceListens(story: LiveStory<StoryStack>, verbs: string): Promise<OutgoingCall> {
  const call = await aliceCalls1000(story, `<Response>${verbs}</Response>`);
  await call.answered;
  return call;
}
