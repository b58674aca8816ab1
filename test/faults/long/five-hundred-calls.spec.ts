import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Phone } from '../../../src/demo/phone.ts';
import type { CallJson } from '../../support/live-legs.ts';
import { type FaultStory, faultStories } from '../../support/fault-stories.ts';
import { counted, wrongsOf } from '../../support/callback-check.ts';
import { waitUntil } from '../../support/wait-until.ts';

const CALLS = 500;
const PER_SECOND = 10;
const CRASHES = 5;
const END_MS = 120_000;

/** The three kinds of call, in turn. */
const KINDS = ['dial', 'say', 'rest'] as const;

faultStories('Five hundred calls, ten a second, while Legwork is killed five times', (story) => {
  it('every leg ends, every callback arrives, in order, once', async function () {
    this.timeout(300_000);
    const phones = await prepare(story());
    const began = Date.now();
    const killer = killAtRandom(story());
    const running: Promise<unknown>[] = [];
    const heard: string[] = [];
    for (let index = 0; index < CALLS; index += 1) {
      await sleep(Math.max(0, began + (index * 1000) / PER_SECOND - Date.now()));
      const call = begin(story(), phones, KINDS[index % KINDS.length] ?? 'say');
      running.push(call.then((end) => heard.push(end)));
    }
    const beganAll = Date.now();
    const killedAt = await killer;
    await Promise.all(running);
    const legs = await finalLegs(story());
    await story().quiet();
    const { wrongs, figures } = wrongsOf(legs, story().app.requests);
    const callers = counted(heard);
    const failures = counted(
      await Promise.all(legs.filter(({ status }) => status === 'failed').map((leg) => why(story(), leg))),
    );
    const minutes = (at: number) => ((at - began) / 1000).toFixed(1);
    console.log(
      JSON.stringify({
        ...figures,
        callers,
        failures,
        killedAtS: killedAt.map(minutes),
        beganAllS: minutes(beganAll),
        overS: minutes(Date.now()),
      }),
    );
    assert.deepEqual(wrongs, []);
    assert.ok(legs.length >= CALLS);
  });
});

interface Phones {
  readonly alice: Phone;
}

async function prepare(story: FaultStory): Promise<Phones> {
  const { app } = story;
  const bob = '<Dial action="/after"><Client statusCallback="/leg">bob</Client></Dial>';
  app.reply('/dial', `<Response>${bob}</Response>`);
  app.reply('/after', '<Response><Dial><Client statusCallback="/leg">carol</Client></Dial></Response>');
  app.reply('/say', '<Response><Say>Hello</Say><Hangup/></Response>');
  app.reply('/rest', '<Response><Pause length="1"/></Response>');
  for (const path of ['/number', '/leg']) app.reply(path, { status: 204 });
  await story.number('1001', { VoiceUrl: app.url('/dial') });
  await story.number('1002', { VoiceUrl: app.url('/say') });
  const [alice, busy, ...answering] = await Promise.all(
    ['alice', 'bob', 'carol', 'dave'].map((name) => story.phone(name)),
  );
  assert.ok(alice !== undefined && busy !== undefined);
  busy.onIncoming((call) => Promise.resolve(call.reject(486, 'Busy Here')));
  for (const phone of answering) {
    phone.onIncoming(async (call) => {
      call.ring();
      await call.answer();
      call.audio.stopSending();
      await sleep(1_000);
      if (!call.isOver) await call.hangUp();
    });
  }
  return { alice };
}

async function begin(story: FaultStory, { alice }: Phones, kind: (typeof KINDS)[number]): Promise<string> {
  if (kind === 'rest') return order(story);
  const call = await alice.call(kind === 'dial' ? '1001' : '1002');
  call.answered.then(
    () => call.audio.stopSending(),
    () => undefined,
  );
  await waitUntil('the call is over', () => call.isOver, END_MS);
  const { how, status } = await call.ended;
  return `${how}${status === undefined ? '' : ` ${status}`}`;
}

/** Why a leg failed, as its timeline says. */
async function why(story: FaultStory, { sid, direction }: CallJson): Promise<string> {
  const { json } = await story.rest('GET', `/Calls/${sid}/Events.json`);
  const events = json['events'] as { data: { cause?: { why?: string; sipStatus?: number } } }[];
  const cause = events.map(({ data }) => data.cause).find((found) => found !== undefined);
  return `${direction}: ${cause?.sipStatus ?? ''} ${cause?.why ?? ''}`;
}

/** Orders a call; as often as it takes while Legwork is away. */
async function order(story: FaultStory): Promise<string> {
  const { app } = story;
  const form = { To: 'client:dave', From: '1', Url: app.url('/rest'), StatusCallback: app.url('/leg') };
  await waitUntil(
    'a call is ordered',
    async () => {
      const reply = await story.rest('POST', '/Calls.json', form).catch(() => undefined);
      return reply?.status === 201;
    },
    END_MS,
  );
  return 'ordered over REST';
}

async function killAtRandom({ stack }: FaultStory): Promise<readonly number[]> {
  const killedAt: number[] = [];
  const share = (CALLS / PER_SECOND / CRASHES) * 1000;
  const began = Date.now();
  for (let crash = 0; crash < CRASHES; crash += 1) {
    await sleep(Math.max(0, began + share * (crash + Math.random() * 0.8) - Date.now()));
    killedAt.push(Date.now());
    await stack.restart();
  }
  return killedAt;
}

async function finalLegs(story: FaultStory): Promise<readonly CallJson[]> {
  const isFinal = ({ status }: CallJson) => !['queued', 'ringing', 'in-progress'].includes(status);
  await waitUntil('every leg is over', async () => (await story.calls()).every(isFinal), END_MS);
  return story.calls();
}
