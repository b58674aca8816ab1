import assert from 'node:assert/strict';
import type { StoryStack } from './story-stack.ts';
import type { LiveStory } from './live-story.ts';

/**
 * Orders a call over REST: to client bob, with the document `/voice` and every status callback to `/status`,
 * unless `form` says otherwise. Resolves with its CallSid.
 */
export async function orderCall(
  story: LiveStory<StoryStack>,
  form: Readonly<Record<string, string>> = {},
): Promise<string> {
  story.app.reply('/status', { status: 204 });
  const { status, json } = await story.rest('POST', '/Calls.json', {
    To: 'client:bob',
    From: '+15550100',
    ...('Twiml' in form || 'Rcml' in form || 'ApplicationSid' in form
      ? {}
      : { Url: story.app.url('/voice') }),
    StatusCallback: story.app.url('/status'),
    ...form,
  });
  assert.equal(status, 201, JSON.stringify(json));
  assert.deepEqual([json['status'], json['direction']], ['queued', 'outbound-api']);
  return String(json['sid']);
}

/** Changes a call over REST; the reply's status. */
export async function changeCall(
  story: LiveStory<StoryStack>,
  sid: string,
  form: Readonly<Record<string, string>>,
): Promise<number> {
  return (await story.rest('POST', `/Calls/${sid}.json`, form)).status;
}

const LEG = 'POST Direction=outbound-api';

/** The Calls API's status callbacks, as `story.requests` shows them. */
export const STATUS = {
  initiated: `${LEG} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
  ringing: `${LEG} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
  answered: `${LEG} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
  completed: `${LEG} CallStatus=completed CallEvent=completed SequenceNumber=3`,
  busy: `${LEG} CallStatus=busy CallEvent=completed SequenceNumber=3`,
  failed: `${LEG} CallStatus=failed CallEvent=completed SequenceNumber=3`,
  'no-answer': `${LEG} CallStatus=no-answer CallEvent=completed SequenceNumber=3`,
  canceled: `${LEG} CallStatus=canceled CallEvent=completed SequenceNumber=3`,
} as const;

/** The request for a REST call's first document. */
export const FIRST_DOCUMENT = 'POST CallStatus=in-progress Direction=outbound-api';
