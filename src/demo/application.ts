import Router from '@koa/router';
import bodyParser from '@koa/bodyparser';
import type { Middleware } from 'koa';

/** The number that the built-in application answers. */
export const DEMO_NUMBER = '1000';

/** The path of that number's voice URL. */
export const DEMO_VOICE_PATH = '/demo/voice';

/** The softphone accounts that a first start makes. */
export const DEMO_LOGINS = ['alice', 'bob', 'carol'] as const;

const GREETING = `<Response>
  <Say>Welcome to Legwork. I am calling Bob.</Say>
  <Dial action="/demo/bob-is-done" timeout="20">
    <Client>bob</Client>
  </Dial>
</Response>`;

const ON_TO_CAROL = `<Response>
  <Say>Bob is busy. I am calling Carol.</Say>
  <Dial timeout="20">
    <Client>carol</Client>
  </Dial>
  <Say>Good bye.</Say>
</Response>`;

const NOBODY = `<Response>
  <Say>Nobody is there. Register Bob's or Carol's softphone and call again.</Say>
</Response>`;

const HELLO = `<Response>
  <Say>Hello. This is Legwork, calling you over its API. Good bye.</Say>
</Response>`;

/** What the demo application replies when Bob's leg has ended: the story of the README. */
export function afterBob(dialCallStatus: string): string {
  if (dialCallStatus === 'completed') return '<Response><Hangup/></Response>';
  return dialCallStatus === 'busy' || dialCallStatus === 'no-answer' ? ON_TO_CAROL : NOBODY;
}

/**
 * The built-in application server, behind the demo number and the curl command that `npm start` prints. It is an
 * application server like any other: Legwork reaches it over HTTP.
 */
export function demoApplication(): Middleware {
  const router = new Router({ prefix: '/demo' });
  router.use(bodyParser({ enableTypes: ['form'] }));
  router.post('/voice', (ctx) => {
    ctx.type = 'text/xml';
    ctx.body = GREETING;
  });
  router.post('/bob-is-done', (ctx) => {
    const { DialCallStatus } = (ctx.request.body ?? {}) as { DialCallStatus?: unknown };
    ctx.type = 'text/xml';
    ctx.body = afterBob(String(DialCallStatus));
  });
  router.post('/hello', (ctx) => {
    ctx.type = 'text/xml';
    ctx.body = HELLO;
  });
  return router.routes() as unknown as Middleware;
}
