import type { LiveStory } from './live-story.ts';
import type { StoryStack } from './story-stack.ts';
import { waitUntil } from './wait-until.ts';

/** So long a call may take to come to something that its timeline tells of. */
const COMES_MS = 30_000;

/** A line of a call's timeline as REST shows it, as far as stories look. */
export interface TimelineEvent {
  readonly kind: string;
  /** ISO 8601, with milliseconds. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The timeline of the newest leg to `to` and of the legs below it; empty while there is none. */
export async function timelineOf(
  story: LiveStory<StoryStack>,
  to = '1000',
): Promise<readonly TimelineEvent[]> {
  const { json: list } = await story.rest('GET', `/Calls.json?To=${encodeURIComponent(to)}&PageSize=1`);
  const [leg] = list['calls'] as readonly { readonly sid: string }[];
  if (leg === undefined) return [];
  const { json } = await story.rest('GET', `/Calls/${leg.sid}/Events.json?PageSize=1000`);
  return json['events'] as readonly TimelineEvent[];
}

/** Resolves when a verb runs on the answered leg to `to`: from now on it hears what the caller does. */
export async function verbBegan(story: LiveStory<StoryStack>, name: string, to = '1000'): Promise<void> {
  await waitUntil(
    `${name} has begun`,
    async () => {
      const events = await timelineOf(story, to);
      return hasVerb(events, name) && events.some(isAnswer);
    },
    COMES_MS,
  );
}

/** Resolves when the call to `to` is being recorded. */
export async function recordingBegan(story: LiveStory<StoryStack>, to = '1000'): Promise<void> {
  const isRecorded = ({ kind, data }: TimelineEvent) =>
    kind === 'recording' && data['status'] === 'in-progress';
  await waitUntil(
    'the call is recorded',
    async () => (await timelineOf(story, to)).some(isRecorded),
    COMES_MS,
  );
}

/** Resolves when a Legwork that was started again has the call to `to` in hand. */
export async function callGoesOn(story: LiveStory<StoryStack>, to = '1000'): Promise<void> {
  await waitUntil('the call goes on', async () => (await timelineOf(story, to)).some(isResumed), COMES_MS);
}

/** When a Legwork that was started again took the call to `to` in hand; milliseconds since the epoch. */
export async function wentOnAt(story: LiveStory<StoryStack>, to = '1000'): Promise<number> {
  return Date.parse((await timelineOf(story, to)).find(isResumed)?.timestamp ?? '');
}

function isResumed({ kind, data }: TimelineEvent): boolean {
  return kind === 'notice' && String(data['message']).startsWith('Legwork was restarted');
}

function hasVerb(events: readonly TimelineEvent[], name: string): boolean {
  return events.some(({ kind, data }) => kind === 'verb' && data['name'] === name);
}

function isAnswer({ kind, data }: TimelineEvent): boolean {
  return kind === 'state' && data['status'] === 'in-progress';
}
