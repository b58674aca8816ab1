import { randomBytes } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Route } from '../route.ts';
import { openApiDocument } from './document.ts';
import { docsPage } from './page.ts';

/** `GET /openapi.json` and, for people, `GET /docs`; without authentication, because they contain nobody's data. */
export function serveOpenApi(routes: readonly Route[], version: string): Middleware {
  const document = openApiDocument(routes, version);
  const text = JSON.stringify(document);
  return async (ctx, next) => {
    if (!['GET', 'HEAD'].includes(ctx.method)) return next();
    if (ctx.path === '/openapi.json') {
      ctx.type = 'application/json; charset=utf-8';
      ctx.body = text;
    } else if (ctx.path === '/docs') {
      const nonce = randomBytes(16).toString('base64url');
      ctx.set({
        'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      });
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = docsPage(document, nonce);
    } else await next();
  };
}
