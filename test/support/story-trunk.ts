import assert from 'node:assert/strict';
import type { Phone } from '../../src/phone/phone.ts';
import type { LiveStory } from './live-story.ts';
import type { StoryStack } from './story-stack.ts';

/** A trunk to this peer, made over REST for the time of the story; resolves with its sid. */
export async function makeTrunk(
  story: LiveStory<StoryStack>,
  peer: Pick<Phone, 'address'>,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { host, port } = peer.address;
  const created = await story.rest('POST', '/SipTrunks.json', { Host: host, Port: String(port), ...fields });
  assert.equal(created.status, 201, JSON.stringify(created.json));
  const sid = String(created.json['sid']);
  story.onEnd(() => story.rest('DELETE', `/SipTrunks/${sid}.json`));
  return sid;
}
