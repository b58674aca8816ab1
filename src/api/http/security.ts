import type { Middleware } from 'koa';
import { API_ERRORS, ApiError } from '../errors.ts';

/** Headers that every reply has, including sounds, pages and errors. */
export function plainHeaders(): Middleware {
  return async (ctx, next) => {
    ctx.set({ 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff' });
    await next();
  };
}

/** Headers that keep a reply of the API from being treated as a page, framed or cached. */
export function securityHeaders(): Middleware {
  return async (ctx, next) => {
    ctx.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    });
    await next();
  };
}

/**
 * Refuses changes that a page of another site makes in a browser: the browser would add the credentials that its
 * user once entered for us.
 */
export function refuseCrossSite(): Middleware {
  return async (ctx, next) => {
    const site = ctx.get('Sec-Fetch-Site');
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(ctx.method);
    if (!reads && (site === 'cross-site' || site === 'same-site')) {
      throw new ApiError(403, API_ERRORS.accessDenied, 'Pages of other sites may not change anything here');
    }
    await next();
  };
}
