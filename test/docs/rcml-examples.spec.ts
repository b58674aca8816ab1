import assert from 'node:assert/strict';
import { lint } from '../../src/rcml/lint/lint.ts';
import { ANSWERS, IS_BUSY, type PhoneScript, RINGS } from '../support/fake-call-control.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../support/rcml-call.ts';
import { sections } from './rcml-page.ts';

/** What an example is run with, and what the call then asked of Asterisk and of the application server. */
interface Story {
  readonly phones?: Readonly<Record<string, PhoneScript>>;
  /** Other documents of the application server, by path; empty ones hang up. */
  readonly documents?: Readonly<Record<string, string>>;
  /** The example is what the caller hears while it waits in a queue. */
  readonly isWaitDocument?: true;
  readonly before?: (call: RcmlCall) => Promise<void>;
  /** What happens in the call after its document has begun. */
  readonly happens?: (call: RcmlCall) => Promise<void>;
  readonly commands: readonly string[];
  /** Document requests after the first, with some of their parameters. */
  readonly requests?: readonly string[];
  /** Callbacks that were owed, as `path event`. */
  readonly callbacks?: readonly string[];
  readonly end: string;
}

const GERMAN = '?voice=woman&language=de';
const say = (text: string, voice = '') => `play http://media.test/say/${encodeURIComponent(text)}${voice}`;
const TALK = ['connect', 'hangUp normal'];
/** How things are undone is no business of the page. */
const NOT_TOLD: readonly string[] = [
  'stopRinging',
  'stopMusic',
  'setTimeLimit',
  'disconnect',
  'leaveRoom',
  'closeRoom',
];
const seconds = (count: number) => (call: RcmlCall) => call.clock.advance(count * 1000);
const talkAndHangUp = async (call: RcmlCall) => {
  await call.clock.advance(5000);
  await call.hangUp();
};

/** By the section in which the example stands; the first one stands before all sections. */
const STORIES: Readonly<Record<string, Story>> = {
  '': {
    phones: { bob: IS_BUSY },
    happens: seconds(10),
    commands: ['answer', say('Welcome.'), 'startRinging', 'place client bob', 'hangUp normal'],
    requests: ['POST /dial-done DialCallStatus=busy DialBridged=false'],
    callbacks: ['/leg-status initiated', '/leg-status ringing', '/leg-status completed'],
    end: 'completed',
  },
  Say: {
    happens: seconds(3),
    commands: ['answer', say('Guten Tag', GERMAN), say('Guten Tag', GERMAN), 'hangUp normal'],
    end: 'completed',
  },
  Play: {
    happens: seconds(5),
    commands: [
      'answer',
      'sendDigits 1w2',
      ...Array.from(
        { length: 2 },
        () => `play http://media.test/fetched/${encodeURIComponent('http://app.test/sounds/hello.wav')}`,
      ),
      'hangUp normal',
    ],
    end: 'completed',
  },
  Pause: {
    happens: async (call) => {
      await call.clock.advance(2999);
      assert.equal(call.live.status, 'ringing');
      await call.clock.advance(1001);
    },
    commands: ['answer', say('Thank you for waiting.'), 'hangUp normal'],
    end: 'completed',
  },
  Gather: {
    happens: (call) => call.press('1'),
    commands: ['answer', say('For sales, press one.'), 'hangUp normal'],
    requests: ['POST /menu Digits=1'],
    end: 'completed',
  },
  Record: {
    happens: seconds(10),
    commands: ['answer', say('Leave a message, and press the hash key.'), 'record 30 s', 'hangUp normal'],
    requests: ['POST /message RecordingDuration=4'],
    callbacks: ['/recorded completed'],
    end: 'completed',
  },
  Start: {
    happens: seconds(2),
    commands: ['answer', 'recordTalk', say('Thank you for calling.'), 'hangUp normal', 'recordTalk ended'],
    callbacks: ['/recorded completed'],
    end: 'completed',
  },
  Recording: {
    happens: (call) => call.press('1'),
    commands: ['answer', 'recordTalk', say('For sales, press one.'), 'hangUp normal', 'recordTalk ended'],
    requests: ['POST /menu Digits=1'],
    callbacks: ['/recorded completed'],
    end: 'completed',
  },
  Stop: {
    happens: seconds(2),
    commands: [
      'answer',
      'recordTalk',
      say('Do you agree?'),
      'recordTalk ended',
      say('Goodbye.'),
      'hangUp normal',
    ],
    callbacks: ['/recorded completed'],
    end: 'completed',
  },
  Redirect: {
    documents: { '/open-hours?day=monday&hour=9': '<Response><Reject/></Response>' },
    commands: ['hangUp normal'],
    requests: ['GET /open-hours?day=monday&hour=9'],
    end: 'busy',
  },
  Connect: {
    happens: async (call) => {
      call.streamServer.listener?.closed({ code: 1000 });
      await call.clock.advance(0);
    },
    commands: ['answer', 'hangUp normal'],
    requests: ['POST /agent-done StreamEvent=stream-stopped'],
    end: 'completed',
  },
  Stream: {
    phones: { bob: ANSWERS },
    happens: async (call) => {
      await talkAndHangUp(call);
      assert.deepEqual(call.streamServer.events, ['connected', 'start', 'stop']);
    },
    commands: ['answer', 'startRinging', 'place client bob', ...TALK],
    callbacks: ['/stream stream-started', '/stream stream-stopped'],
    end: 'completed',
  },
  Reject: { commands: ['hangUp busy'], end: 'busy' },
  Hangup: { happens: seconds(1), commands: ['answer', say('Goodbye.'), 'hangUp normal'], end: 'completed' },
  Dial: {
    phones: { bob: RINGS, carol: RINGS },
    happens: async (call) => {
      await call.clock.advance(14_000);
      assert.equal(call.live.status, 'ringing');
      await call.clock.advance(2000);
    },
    commands: [
      'startRinging',
      'place client bob',
      'place client carol',
      'hangUp normal',
      'hangUp normal',
      'answer',
      say('Nobody is there.'),
      'hangUp normal',
    ],
    end: 'completed',
  },
  Client: {
    phones: { bob: ANSWERS },
    documents: { '/screen': '<Response><Say>A call for you</Say></Response>' },
    happens: talkAndHangUp,
    commands: ['answer', 'startRinging', 'place client bob', say('A call for you'), ...TALK],
    requests: ['POST /screen', 'POST /dial-done DialCallStatus=completed DialBridged=true'],
    callbacks: ['/leg-status answered', '/leg-status completed'],
    end: 'completed',
  },
  Number: {
    phones: { '+15550123': ANSWERS },
    happens: talkAndHangUp,
    commands: ['answer', 'startRinging', 'place trunk +15550123', 'sendDigits ww42#', ...TALK],
    end: 'completed',
  },
  Sip: {
    phones: { 'sip:bob@pbx.example:5070': ANSWERS },
    happens: talkAndHangUp,
    commands: ['answer', 'startRinging', 'place sip sip:bob@pbx.example:5070 X-Account=42', ...TALK],
    end: 'completed',
  },
  Conference: {
    happens: talkAndHangUp,
    commands: ['answer', 'startMusic'],
    requests: ['POST /left DialCallStatus=completed'],
    callbacks: ['/room participant-join', '/room participant-leave', '/room conference-end'],
    end: 'completed',
  },
  Enqueue: {
    documents: { '/please-wait': '<Response><Pause length="20"/></Response>' },
    happens: seconds(601),
    commands: ['answer', 'hangUp normal'],
    requests: [
      ...Array.from({ length: 30 }, () => 'POST /please-wait'),
      'POST /after-queue QueueResult=timeout',
    ],
    end: 'completed',
  },
  Echo: {
    happens: async (call) => {
      await call.clock.advance(60_000);
      await call.hangUp();
    },
    commands: ['answer', say('Say something.'), 'echo', 'echo ended'],
    requests: [],
    end: 'completed',
  },
  Sms: {
    happens: seconds(3),
    commands: ['answer', say('We have sent you a message.'), 'hangUp normal'],
    callbacks: ['/sms-status sent'],
    end: 'completed',
  },
  Leave: {
    isWaitDocument: true,
    happens: seconds(2),
    commands: ['answer', say('Thank you. We will call you back.'), 'hangUp normal'],
    requests: ['POST /wait', 'POST /out QueueResult=leave'],
    end: 'completed',
  },
  Queue: {
    before: async (call) => {
      const place = await call.queues.join({ accountSid: ACCOUNT, callSid: 'CA', name: 'support' });
      if (typeof place !== 'string') await place.leave('hangup');
    },
    happens: seconds(121),
    commands: ['answer', 'startRinging', 'hangUp normal'],
    requests: ['POST /talked DialCallStatus=no-answer DialBridged=false'],
    end: 'completed',
  },
};

async function run(example: string, story: Story): Promise<RcmlCall> {
  const call = new RcmlCall();
  const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
  const number = { sid: 'PN', accountSid: ACCOUNT, phoneNumber: '+15550100', voice };
  call.directory.numbers.push(number);
  for (const login of ['alice', 'bob', 'carol']) {
    call.directory.clients.push({ sid: `CL-${login}`, accountSid: ACCOUNT, login, voice });
  }
  call.directory.addTrunk({ sid: 'TK', accountSid: ACCOUNT, stripDigits: 0, prependDigits: '' });
  for (const [phone, script] of Object.entries(story.phones ?? {})) call.control.phones.set(phone, script);
  const waits = '<Response><Enqueue action="/out" waitUrl="/wait">support</Enqueue></Response>';
  const documents = story.isWaitDocument ? { ...story.documents, '/wait': example } : story.documents;
  call.documents.on(VOICE_URL, story.isWaitDocument ? waits : example);
  for (const request of story.requests ?? []) {
    const path = request.split(' ')[1] ?? '';
    call.documents.on(`http://app.test${path}`, documents?.[path] ?? '<Response/>');
  }
  await story.before?.(call);
  await call.start();
  await story.happens?.(call);
  await call.clock.advance(1000);
  return call;
}

function commandsOf(call: RcmlCall): readonly string[] {
  const told = call.control.commands.filter(([name]) => !NOT_TOLD.includes(name));
  return told.map(([name, _sid, detail]) => {
    if (name === 'place') return placed(detail as Parameters<typeof call.control.place>[0]);
    if (name === 'record') return `record ${(detail as { maxLengthS: number }).maxLengthS} s`;
    return ['play', 'sendDigits', 'hangUp'].includes(name) ? `${name} ${String(detail)}` : name;
  });
}

function placed({ target, headers }: Parameters<RcmlCall['control']['place']>[0]): string {
  const who = { client: 'login', sip: 'uri', trunk: 'number' }[target.kind] as keyof typeof target;
  const shown = headers.map(([name, value]) => ` ${name}=${value}`).join('');
  return `place ${target.kind} ${String(target[who])}${shown}`;
}

const TOLD = ['StreamEvent', 'Digits', 'QueueResult', 'RecordingDuration', 'DialCallStatus', 'DialBridged'];

function requestsOf(call: RcmlCall): readonly string[] {
  const [first, ...others] = call.documents.summary(...TOLD);
  assert.deepEqual(first, [`POST ${VOICE_URL}`]);
  return others.map((request) => request.join(' ').replace('http://app.test', ''));
}

function callbacksOf(call: RcmlCall): readonly string[] {
  return call.store.callbacks.map(({ url, parameters }) => {
    const told = new Map(parameters);
    const event = ['CallEvent', 'RecordingStatus', 'StatusCallbackEvent', 'StreamEvent', 'MessageStatus'].map(
      (name) => told.get(name),
    );
    return `${new URL(url).pathname} ${event.find((name) => name !== undefined)}`;
  });
}

describe('The examples of docs/rcml.md', () => {
  const examples = sections.flatMap(({ title, examples: all }) => all.map((text) => ({ title, text })));

  it('are one for every verb and noun, each with a story here', () => {
    assert.deepEqual(
      examples.map(({ title }) => title),
      sections
        .filter(({ title, attributes }) => title === '' || attributes !== undefined)
        .map(({ title }) => title),
    );
    assert.deepEqual(examples.map(({ title }) => title).toSorted(), Object.keys(STORIES).toSorted());
  });

  for (const { title, text } of examples) {
    const name = title === '' ? 'at the top' : `of <${title}>`;

    it(`the one ${name} leaves the linter nothing to say`, () => {
      assert.deepEqual(lint({ text, contentType: 'text/xml', url: VOICE_URL }), []);
    });

    it(`the one ${name} does what the page says`, async () => {
      const story = STORIES[title];
      assert(story !== undefined);
      const call = await run(text, story);
      assert.deepEqual(
        {
          commands: commandsOf(call),
          requests: requestsOf(call),
          callbacks: callbacksOf(call),
          end: call.end,
        },
        {
          commands: story.commands,
          requests: story.requests ?? [],
          callbacks: story.callbacks ?? [],
          end: story.end,
        },
      );
      assert.equal(call.live.sid, CALLER);
      call.check();
    });
  }
});
