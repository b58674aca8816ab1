import type { Context, Middleware } from 'koa';
import { StoreUnavailableError } from '../../records/repositories.ts';
import { API_ERRORS, ApiError, presentError, tooManyRequests } from '../errors.ts';
import { CapacityError, NoAsteriskError, StoppingError } from '../ports.ts';
import { render } from './rendering.ts';
import type { ApiState } from './state.ts';

const RETRY_AFTER_S = 5;
/** Bytes of a body that are read although nobody needs them: a client that is cut off while it sends may miss the reply. */
const WORTH_READING = 65_536;

/** The only place where an error becomes a reply. Any unexpected error is a bug: it is logged, and the reply is 500 without details. */
export function errorExit(): Middleware<ApiState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      replyError(ctx, asApiError(ctx, error));
    }
  };
}

function replyError(ctx: Context & { state: ApiState }, error: ApiError): void {
  const { type, text } = render(
    { kind: 'one', element: 'RestException', value: presentError(error) },
    ctx.state.place?.format ?? 'json',
  );
  ctx.status = error.status;
  ctx.set(error.headers);
  // Otherwise the rest of the body would be read before the connection's next request, for nothing.
  if (isLargeBodyUnread(ctx)) ctx.set('Connection', 'close');
  ctx.type = type;
  ctx.body = text;
}

function isLargeBodyUnread({ req, request }: Context): boolean {
  if (req.complete) return false;
  return req.headers['transfer-encoding'] !== undefined || (request.length ?? 0) > WORTH_READING;
}

function asApiError(ctx: Context & { state: ApiState }, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof CapacityError) return tooManyRequests(error.message, error.retryAfterS);
  if (error instanceof StoppingError || error instanceof NoAsteriskError) {
    const headers = { 'Retry-After': String(error.retryAfterS) };
    return new ApiError(503, API_ERRORS.unavailable, error.message, headers);
  }
  if (error instanceof StoreUnavailableError) {
    if (ctx.state.mayLog('database not available')) {
      ctx.state.log.warn({ err: error }, 'A request failed because the database is not available');
    }
    const headers = { 'Retry-After': String(RETRY_AFTER_S) };
    return new ApiError(
      503,
      API_ERRORS.unavailable,
      'The database is not available, nothing was done',
      headers,
    );
  }
  if (ctx.state.mayLog('request failed')) ctx.state.log.error({ err: error }, 'A request failed');
  return new ApiError(
    500,
    API_ERRORS.internal,
    'Something went wrong here; the log says more, under this X-Request-Id',
  );
}
