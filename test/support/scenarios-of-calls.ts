/** A scenario, and the documents of the application server that it is about. Its sounds are `/….wav`. */
export interface CallScenario {
  readonly title: string;
  readonly scenario: string;
  readonly documents: Readonly<Record<string, string>>;
}

const CALL = 'url: /voice\nstatus-callback: /number\ncall: { from: alice, to: "1000" }\n';
const NOTHING = '<Response/>';
const BOB = '<Client statusCallback="/bob">bob</Client>';
const inbound = (status: string, ...steps: readonly string[]) =>
  `${CALL}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}expect: { status: ${status} }\n`;

/** Calls of every kind, each quick enough to be made with real phones too. */
export const CALL_SCENARIOS: readonly CallScenario[] = [
  {
    title: 'bob is busy, carol takes it',
    scenario: inbound(
      'completed',
      'dial: { client: bob, does: busy, after: 1s }',
      'dial: { client: carol, does: answer, after: 1s, talks: 2s, hangs-up: callee }',
    ),
    documents: {
      '/voice': `<Response><Say>Please hold.</Say><Dial action="/after-bob">${BOB}</Dial></Response>`,
      '/after-bob':
        '<Response><Dial action="/after-carol"><Client statusCallback="/carol">carol</Client></Dial></Response>',
      '/after-carol': '<Response><Hangup/></Response>',
    },
  },
  {
    title: 'bob does not answer in time',
    scenario: inbound('completed', 'dial: { client: bob, does: no-answer }'),
    documents: {
      '/voice': `<Response><Dial timeout="3" action="/after-bob">${BOB}</Dial></Response>`,
      '/after-bob': NOTHING,
    },
  },
  {
    title: 'bob declines, and nothing follows',
    scenario: inbound('busy', 'dial: { client: bob, does: decline, after: 1s }'),
    documents: { '/voice': `<Response><Dial answerOnBridge="true">${BOB}</Dial></Response>` },
  },
  {
    title: 'no phone of bob is registered',
    scenario: inbound('completed', 'dial: { client: bob, does: fail }'),
    documents: {
      '/voice': `<Response><Dial action="/after-bob">${BOB}</Dial></Response>`,
      '/after-bob': '<Response><Play digits="1"/></Response>',
    },
  },
  {
    title: 'the caller presses keys during the prompt',
    scenario: inbound('completed', 'expect: { play: menu.wav }', 'press: 42#'),
    documents: {
      '/voice': '<Response><Gather action="/pressed"><Play>/menu.wav</Play></Gather></Response>',
      '/pressed': '<Response><Redirect>/bye?from=menu</Redirect></Response>',
      '/bye?from=menu': '<Response><Hangup/></Response>',
    },
  },
  {
    title: 'the caller presses nothing',
    scenario: inbound('completed'),
    documents: {
      '/voice':
        '<Response><Gather timeout="1" action="/pressed"/><Redirect method="GET">/bye</Redirect></Response>',
      '/bye': '<Response><Play digits="1"/></Response>',
    },
  },
  {
    title: 'the caller waits in a queue and leaves by a key',
    scenario: inbound('completed', 'expect: { play: wait.wav }', 'press: 1'),
    documents: {
      '/voice': '<Response><Enqueue action="/out" waitUrl="/wait">support</Enqueue></Response>',
      '/wait': '<Response><Gather numDigits="1" action="/key"><Play>/wait.wav</Play></Gather></Response>',
      '/key': '<Response><Leave/></Response>',
      '/out': '<Response><Hangup/></Response>',
    },
  },
  {
    title: 'the call is rejected',
    scenario: inbound('busy'),
    documents: { '/voice': '<Response><Reject reason="busy"/></Response>' },
  },
  {
    title: 'the caller hangs up while bob rings',
    scenario: inbound('completed', 'dial: { client: bob, does: no-answer }', 'wait: 1s', 'hangup'),
    documents: {
      '/voice': `<Response><Dial action="/after-bob">${BOB}</Dial></Response>`,
      '/after-bob': NOTHING,
    },
  },
  {
    title: 'bob accepts the call with a key',
    scenario: inbound(
      'completed',
      'dial: { client: bob, does: answer, after: 1s, presses: 1, presses-after: 1s, talks: 2s, hangs-up: caller }',
    ),
    documents: {
      '/voice':
        '<Response><Dial action="/after-bob"><Client url="/screen" statusCallback="/bob">bob</Client></Dial></Response>',
      '/screen': '<Response><Gather numDigits="1" timeout="10" action="/accepted"/><Hangup/></Response>',
      '/accepted': NOTHING,
      '/after-bob': NOTHING,
    },
  },
  {
    title: 'bob and carol ring at once, and carol is first',
    scenario: inbound(
      'completed',
      'dial: { client: bob, does: no-answer }',
      'dial: { client: carol, does: answer, after: 2s, talks: 1s, hangs-up: callee }',
    ),
    documents: {
      '/voice': `<Response><Dial action="/after">${BOB}<Client statusCallback="/carol">carol</Client></Dial></Response>`,
      '/after': '<Response><Hangup/></Response>',
    },
  },
  {
    title: 'the caller leaves a message',
    scenario: inbound('completed', 'speech: please call me back', 'expect: { play: thanks.wav }'),
    documents: {
      '/voice':
        '<Response><Record timeout="2" maxLength="30" playBeep="false" action="/recorded" recordingStatusCallback="/recording"/></Response>',
      '/recorded': '<Response><Play>/thanks.wav</Play></Response>',
    },
  },
  {
    title: 'a program calls bob',
    scenario: `url: /voice
api: { To: "client:bob", From: "1000", StatusCallback: /leg }
steps:
  - dial: { client: bob, does: answer, after: 1s }
  - expect: { play: menu.wav }
  - press: 7
  - expect: { play: thanks.wav }
  - hangup
expect: { status: completed }
`,
    documents: {
      '/voice':
        '<Response><Gather numDigits="1" action="/pressed"><Play>/menu.wav</Play></Gather></Response>',
      '/pressed': '<Response><Play>/thanks.wav</Play><Pause length="30"/></Response>',
    },
  },
];
