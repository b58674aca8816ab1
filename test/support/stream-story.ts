import { encodeMuLaw, SAMPLE_RATE, sine } from '../../src/phone/tones.ts';
import type { OutgoingCall } from '../../src/phone/phone.ts';
import type { LiveStory } from './live-story.ts';
import { ownPort } from './own-ports.ts';
import type { StoryStack } from './story-stack.ts';
import { StreamServer } from './stream-server.ts';

/** So much of a tone, in µ-law. */
export const toneOf = (hz: number, ms: number): Uint8Array =>
  encodeMuLaw(sine(hz, { samples: (SAMPLE_RATE * ms) / 1000 }));

/** A customer's WebSocket server that ends with the story. */
export async function streamServer(story: LiveStory<StoryStack>): Promise<StreamServer> {
  const server = await StreamServer.start(await ownPort());
  story.onEnd(() => server.stop());
  return server;
}

/** Alice calls the number 1000, whose document has these verbs; `/after` presses 7 and ends the call. */
export async function aliceCallsStreamed(story: LiveStory<StoryStack>, verbs: string): Promise<OutgoingCall> {
  const { app } = story;
  app.reply('/voice', `<Response>${verbs}</Response>`);
  app.reply('/after', '<Response><Play digits="7"/></Response>');
  for (const path of ['/number', '/stream']) app.reply(path, { status: 204 });
  await story.number('1000');
  const alice = await story.phone('alice');
  return alice.call('1000');
}

/** The status callbacks that came, in order, a repeat left out: sequence number, event, error code. */
export function toldOfStreams(story: LiveStory<StoryStack>): readonly string[] {
  const once = new Map(
    story.app.to('/stream').map(({ headers, params }) => {
      const { SequenceNumber = '', StreamEvent = '', ErrorCode = '' } = params;
      return [headers['i-idempotency-token'], `${SequenceNumber} ${StreamEvent} ${ErrorCode}`.trim()];
    }),
  );
  return [...once.values()];
}
