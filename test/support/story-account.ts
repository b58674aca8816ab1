import assert from 'node:assert/strict';
import type { LiveStory } from './live-story.ts';
import { type RestReply, restRequest } from './story-stack.ts';

/** Somebody else on the same installation: a sub-account with its own REST. */
export interface StoryAccount {
  readonly sid: string;
  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply>;
}

/** Makes a sub-account of the first account; it is closed when the story ends. */
export async function makeAccount(story: LiveStory, friendlyName = 'neighbour'): Promise<StoryAccount> {
  const { url, accountSid, authToken } = story.stack.legwork;
  const reply = await fetch(`${url}/2012-04-24/Accounts.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
    body: new URLSearchParams({ FriendlyName: friendlyName }),
  });
  const made = (await reply.json()) as Record<string, unknown>;
  assert.equal(reply.status, 201, JSON.stringify(made));
  const its = { url, accountSid: String(made['sid']), authToken: String(made['auth_token']) };
  story.onEnd(() =>
    restRequest({ url, accountSid: its.accountSid, authToken }, 'POST', '.json', { Status: 'closed' }),
  );
  return { sid: its.accountSid, rest: (method, path, form) => restRequest(its, method, path, form) };
}
