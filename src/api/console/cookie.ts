import type { Context } from 'koa';
import { SESSION_S } from './sessions.ts';

const NAME = 'legwork_session';

/** The session's cookie, when a page of ours sends it. What another origin makes a browser send does not count. */
export function sessionCookie(ctx: Pick<Context, 'get'>): string | undefined {
  if (ctx.get('Sec-Fetch-Site') !== 'same-origin') return undefined;
  const found = new RegExp(`(?:^|;\\s*)${NAME}=([\\w-]{20,100})(?:;|$)`).exec(ctx.get('Cookie'));
  return found?.[1];
}

/** Lets the browser keep the session, or forget it. */
export function setSessionCookie(ctx: Context, cookie: string | undefined): void {
  const life = cookie === undefined ? 'Max-Age=0' : `Max-Age=${SESSION_S}`;
  const secure = isHttps(ctx) ? '; Secure' : '';
  ctx.set('Set-Cookie', `${NAME}=${cookie ?? ''}; Path=/; HttpOnly; SameSite=Strict; ${life}${secure}`);
}

/** A proxy speaks HTTPS for us; the page's origin says whether one does. */
function isHttps(ctx: Pick<Context, 'get'>): boolean {
  return ctx.get('Origin').startsWith('https:') || ctx.get('X-Forwarded-Proto') === 'https';
}

/** Whether a page of the console asks, and not a person in the address bar: a 401 must not open the browser's own window. */
export function isAskedByPage(ctx: Pick<Context, 'get'>): boolean {
  if (ctx.get('X-Legwork-Console') !== '') return true;
  return ctx.get('Sec-Fetch-Site') === 'same-origin' && ctx.get('Sec-Fetch-Mode') !== 'navigate';
}
