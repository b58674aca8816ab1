import type { OutgoingCall } from '../../src/phone/phone.ts';
import { FRAME_SAMPLES, SAMPLE_RATE, toneMs } from '../../src/phone/tones.ts';
import type { LiveStory } from './live-story.ts';
import { toneFile } from './made-sounds.ts';
import type { StoryStack } from './story-stack.ts';
import { waitUntil } from './wait-until.ts';

/** What each caller sends, in hertz. */
const TONES: Readonly<Record<string, number>> = {
  alice: 450,
  bob: 850,
  carol: 1450,
  agent1: 1150,
  agent2: 650,
};
/** What a caller hears while it waits. */
export const WAIT_HZ = 1750;
const LISTEN_MS = 600;

type Story = LiveStory<StoryStack>;

/** Who calls 1000 waits in the queue `support`; who calls 2000 takes the first one out of it. */
export async function openQueue(
  story: Story,
  {
    enqueue = '',
    dial = '',
    noun = '',
  }: { readonly enqueue?: string; readonly dial?: string; readonly noun?: string } = {},
): Promise<void> {
  const { app } = story;
  const waits = `<Enqueue action="/out" waitUrl="/wait"${enqueue}>support</Enqueue>`;
  app.reply('/voice', `<Response>${waits}</Response>`);
  const queue = `<Queue${noun}>support</Queue>`;
  app.reply('/agent', `<Response><Dial action="/talked"${dial}>${queue}</Dial></Response>`);
  app.reply('/wait', '<Response><Play>/wait.wav</Play></Response>');
  const headers = { 'content-type': 'audio/wav' };
  app.reply('/wait.wav', { headers, body: await toneFile('wav', WAIT_HZ, 4) });
  app.reply('/out', '<Response><Play digits="7"/></Response>');
  app.reply('/talked', '<Response/>');
  app.reply('/number', { status: 204 });
  await story.number('1000');
  await story.number('2000', { VoiceUrl: app.url('/agent') });
}

/** Calls, and sends the caller's own tone. */
export async function calls(story: Story, login: string, number: string): Promise<OutgoingCall> {
  const phone = await story.phone(login);
  const call = await phone.call(number);
  await call.answered;
  call.audio.sendTone(TONES[login] ?? 0);
  return call;
}

/** The CallSids of those who wait, in the order of the queue. */
export async function waiting(story: Story): Promise<readonly string[]> {
  const { json } = await story.rest('GET', '/Queues/support/Members.json');
  const members = (json['queue_members'] ?? []) as readonly { readonly call_sid: string }[];
  return members.map(({ call_sid: sid }) => sid);
}

/** Calls 1000 and waits until it is in the queue as the `position`th. */
export async function waits(story: Story, login: string, position: number): Promise<OutgoingCall> {
  const call = await calls(story, login, '1000');
  await waitUntil(`${login} waits`, async () => (await waiting(story)).length === position);
  return call;
}

/** Resolves when this call hears that one. */
export function hears(call: OutgoingCall, login: string): Promise<unknown> {
  return call.audio.heardTone(TONES[login] ?? 0, { forMs: 300 });
}

/** For how much of a while from now on a call hears the sound of the wait document; 0 to 1. */
export async function hearsWaiting(call: OutgoingCall): Promise<number> {
  call.audio.mark();
  const enough = (LISTEN_MS * SAMPLE_RATE) / 1000;
  await waitUntil('enough was heard', () => call.audio.received().length >= enough);
  const heard = call.audio.received().subarray(0, Math.floor(enough / FRAME_SAMPLES) * FRAME_SAMPLES);
  return toneMs(heard, WAIT_HZ, 0.25) / LISTEN_MS;
}

/** Of each request for a path, who is asked (the caller's From), and these parameters. */
export function asked(story: Story, path: string, ...names: readonly string[]): readonly string[] {
  return story.app
    .to(path)
    .map(({ params }) => ['From', ...names].map((name) => params[name] ?? '-').join(' '));
}
