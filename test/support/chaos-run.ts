import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingCall, Phone } from '../../src/phone/phone.ts';
import { type CallbackCheck, counted, wrongsOf } from './callback-check.ts';
import type { FaultStory } from './fault-stories.ts';
import type { CallJson } from './live-legs.ts';
import { waitUntil } from './wait-until.ts';

/** What callers do, in turn. */
const KINDS = ['dial', 'say', 'rest', 'gather', 'record', 'conference', 'screening'] as const;
export type CallKind = (typeof KINDS)[number];

export interface ChaosOptions {
  /** Default: all of them. */
  readonly kinds?: readonly CallKind[];
  /** At least so many. */
  readonly calls: number;
  readonly perSecond: number;
  /** How often Legwork is killed, at random moments while calls begin. */
  readonly kills: number;
}

/** Some verbs begin anew after a restart, and are over when Legwork lives long enough for once. */
const END_MS = 400_000;
/** How long Legwork lives between two kills: mostly briefly, but now and then long enough for any verb. */
const LIFE_MS = { least: 300, most: 4_800 };
const NUMBERS: Readonly<Record<Exclude<CallKind, 'rest'>, string>> = {
  dial: '1001',
  say: '1002',
  gather: '1003',
  record: '1004',
  conference: '1005',
  screening: '1006',
};
/** Who is told a verb's result: of one call at most one request, however often it is repeated. */
const ACTIONS = ['/after', '/pressed', '/recorded', '/screened'];

/** Calls of several kinds while Legwork is killed again and again; prints what happened and says what was wrong. */
export async function chaosRun(story: FaultStory, options: ChaosOptions): Promise<CallbackCheck> {
  const { calls, perSecond, kinds = KINDS } = options;
  const alice = await prepare(story);
  const began = Date.now();
  const running: Promise<string>[] = [];
  // Calls go on as long as Legwork is killed.
  let isKilling = true;
  const killed = killAtRandom(story, options).finally(() => {
    isKilling = false;
  });
  for (let index = 0; isKilling || index < calls; index += 1) {
    await sleep(Math.max(0, began + (index * 1000) / perSecond - Date.now()));
    running.push(begin(story, alice, kinds[index % kinds.length] ?? 'say'));
  }
  const kills = await killed;
  const heard = await Promise.all(running);
  const legs = await finalLegs(story);
  await story.quiet();
  const { wrongs, figures } = wrongsOf(legs, story.app.requests);
  const failures = legs.filter(({ status }) => status === 'failed').map((leg) => why(story, leg));
  const all = {
    ...figures,
    killed: kills,
    callers: counted(heard),
    failures: counted(await Promise.all(failures)),
    tookS: Math.round((Date.now() - began) / 1000),
  };
  console.log(JSON.stringify(all));
  return { wrongs: [...wrongs, ...repeatedActions(story)], figures: all };
}

/** Actions that were requested twice with different tokens. */
function repeatedActions({ app }: FaultStory): readonly string[] {
  const tokens = new Map<string, Set<string>>();
  for (const { path, params, headers } of app.requests) {
    if (!ACTIONS.includes(path)) continue;
    const key = `${path} of ${params['CallSid']}`;
    const known = tokens.get(key) ?? new Set();
    tokens.set(key, known.add(headers['i-idempotency-token'] ?? ''));
  }
  return [...tokens].filter(([, known]) => known.size > 1).map(([key]) => `${key}: more than one token`);
}

async function prepare(story: FaultStory): Promise<Phone> {
  const { app } = story;
  const leg = 'statusCallback="/leg"';
  const documents = {
    '/dial': `<Dial action="/after"><Client ${leg}>bob</Client></Dial>`,
    '/after': `<Dial><Client ${leg}>carol</Client></Dial>`,
    '/say': '<Say>Hello</Say><Hangup/>',
    '/rest': '<Pause length="1"/>',
    '/gather': '<Gather numDigits="2" timeout="2" action="/pressed"><Say>Press</Say></Gather>',
    '/pressed': '<Pause length="1"/>',
    '/record': '<Record maxLength="2" timeout="2" action="/recorded"/>',
    '/recorded': '<Hangup/>',
    '/conference': '<Dial timeLimit="3"><Conference beep="false" waitUrl="/wait">room</Conference></Dial>',
    '/wait': '<Pause length="5"/>',
    '/screening': `<Dial action="/screened"><Client url="/screen" ${leg}>carol</Client></Dial>`,
    '/screen': '<Pause length="1"/>',
    '/screened': '<Hangup/>',
  };
  for (const [path, verbs] of Object.entries(documents)) app.reply(path, `<Response>${verbs}</Response>`);
  for (const path of ['/number', '/leg']) app.reply(path, { status: 204 });
  for (const [kind, number] of Object.entries(NUMBERS)) {
    await story.number(number, { VoiceUrl: app.url(`/${kind}`) });
  }
  const [alice, busy, ...answering] = await Promise.all(
    ['alice', 'bob', 'carol', 'dave'].map((name) => story.phone(name)),
  );
  if (alice === undefined || busy === undefined) throw new Error('unreachable');
  busy.onIncoming((call) => Promise.resolve(call.reject(486, 'Busy Here')));
  for (const phone of answering) {
    phone.onIncoming(async (call) => {
      call.ring();
      await call.answer();
      call.audio.stopSending();
      await sleep(2_000);
      if (!call.isOver) await call.hangUp();
    });
  }
  return alice;
}

async function begin(story: FaultStory, alice: Phone, kind: CallKind): Promise<string> {
  if (kind === 'rest') return order(story);
  const call = await alice.call(NUMBERS[kind]);
  call.answered.then(
    () => afterAnswer(call, kind),
    () => undefined,
  );
  await waitUntil(`the call (${kind}) is over`, () => call.isOver, END_MS);
  const { how, status } = await call.ended;
  return `${kind} ${how}${status === undefined ? '' : ` ${status}`}`;
}

/** Who records speaks, who gathers presses; the others are silent. */
function afterAnswer(call: OutgoingCall, kind: CallKind): void {
  if (kind === 'gather') call.sendDigits('12').catch(() => undefined);
  else if (kind !== 'record') call.audio.stopSending();
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
  return 'rest ordered';
}

async function killAtRandom({ stack }: FaultStory, { kills }: ChaosOptions): Promise<number> {
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(LIFE_MS.least + (LIFE_MS.most - LIFE_MS.least) * Math.random() ** 2);
    await stack.restart();
  }
  return kills;
}

async function finalLegs(story: FaultStory): Promise<readonly CallJson[]> {
  const isFinal = ({ status }: CallJson) => !['queued', 'ringing', 'in-progress'].includes(status);
  await waitUntil('every leg is over', async () => (await story.calls()).every(isFinal), END_MS);
  return story.calls();
}
