import Koa, { type Middleware } from 'koa';
import { readBody } from './body.ts';
import { clientAddress } from './client-address.ts';
import { errorExit } from './error-exit.ts';
import { notFound } from '../errors.ts';
import { findSip } from '../calls/sip/find-sip.ts';
import { sipCaptures } from '../calls/sip/captures.ts';
import { consoleFiles } from '../console/files.ts';
import { consoleSession } from '../console/session-route.ts';
import { endCallsOf } from '../accounts/closing.ts';
import { acceptForwards, checkForwardedBody, unlessForwarded } from '../cluster/accept-forwards.ts';
import { nodeCommands } from '../cluster/node-commands.ts';
import { forwardRequests } from '../cluster/forward-requests.ts';
import { ConsoleSessions } from '../console/sessions.ts';
import { FailureLimiter } from './failure-limiter.ts';
import { healthRoute } from '../health.ts';
import { serveOpenApi } from '../openapi/serve.ts';
import { placeOf } from '../place.ts';
import { recordingSounds } from '../recordings/sounds.ts';
import { liveEvents } from '../live/route.ts';
import { limitAccount, limitAddress, RATE_LIMITS } from './rate-limits.ts';
import { requestLog } from './request-log.ts';
import { resourceRoutes } from '../resources.ts';
import type { Route } from '../route.ts';
import { apiRouter } from './router.ts';
import { plainHeaders, refuseCrossSite, securityHeaders } from './security.ts';
import type { ApiState } from './state.ts';
import { whoAsks } from './who-asks.ts';
import type { ApiDeps } from '../api-deps.ts';

/**
 * The HTTP application: the REST API under its prefixes, `/health`, `/metrics`, the OpenAPI document, and `others`
 * (sounds), which see every other request; each of them calls `next` for what is not its own.
 */
export function createApi(deps: ApiDeps, ...others: readonly Middleware[]): Koa<ApiState> {
  const { clock, log, probes, pid, version } = deps;
  const app = new Koa<ApiState>();
  app.use(clientAddress(deps.trustedProxies ?? []));
  app.use(requestLog(log, clock));
  app.use(plainHeaders());
  app.use(errorExit());
  const { cluster } = deps;
  app.use(
    healthRoute({
      probes,
      clock,
      pid,
      version,
      webPhonesOff: deps.webPhonesOff,
      ...(cluster === undefined ? {} : { cluster: () => cluster.health() }),
    }),
  );
  const routes = resourceRoutes(deps);
  app.use(serveOpenApi(routes, version));
  if (deps.metrics !== undefined) app.use(deps.metrics.route());
  const limiter = deps.failures ?? new FailureLimiter(clock);
  const sessions =
    deps.console === undefined
      ? undefined
      : new ConsoleSessions({ ...deps.repositories, clock, allowedAccounts: deps.console.allowedAccounts });
  for (const middleware of consolePipeline(deps, limiter, sessions)) app.use(middleware);
  if (cluster !== undefined) {
    const { forwardKey, replayHere, roomCommand } = cluster;
    const { accounts, calls } = deps.repositories;
    const endCallsHere = (sid: string) => endCallsOf(sid, { accounts, calls, callService: deps.callService });
    app.use(nodeCommands({ forwardKey, endCallsHere, replayHere, roomCommand, clock }));
  }
  app.use(findPlace());
  for (const middleware of apiPipeline({ ...deps, limiter, sessions }, routes))
    app.use(onlyInApi(middleware));
  for (const other of others) app.use(other);
  app.use(async (ctx) => {
    throw notFound(`${ctx.method} ${ctx.path}`);
  });
  // Errors after the reply has begun: clients that hang up, streams that break.
  app.on('error', (error: unknown, ctx?: Koa.ParameterizedContext<ApiState>) => {
    if (ctx?.state.mayLog('reply not finished') === false) return;
    log.warn({ err: error }, 'A reply could not be finished');
  });
  return app;
}

function findPlace(): Middleware<ApiState> {
  return async (ctx, next) => {
    const acceptsJson = ctx.accepts('application/xml', 'text/xml', 'application/json') === 'application/json';
    const found = placeOf(ctx.path, acceptsJson);
    if (found !== undefined) {
      ctx.state.place = found.place;
      ctx.state.apiPath = found.path;
    }
    await next();
  };
}

function onlyInApi(middleware: Middleware<ApiState>): Middleware<ApiState> {
  return (ctx, next) => (ctx.state.place === undefined ? next() : middleware(ctx, next));
}

/** Signing in counts as requests of the address do. */
function consolePipeline(
  {
    repositories: { accounts, keys },
    console: settings,
    clock,
    version,
    webPhones,
    rateLimits = RATE_LIMITS,
  }: ApiDeps,
  limiter: FailureLimiter,
  consoleSessions: ConsoleSessions | undefined,
): readonly Middleware<ApiState>[] {
  if (settings === undefined || consoleSessions === undefined) return [];
  const hasWebPhones = webPhones !== undefined;
  const limit = limitAddress(clock, rateLimits);
  return [
    (ctx, next) => (ctx.path === '/console/session' ? limit(ctx, next) : next()),
    consoleSession({ accounts, keys, limiter, clock, consoleSessions, version, hasWebPhones }),
    consoleFiles(settings.folder),
  ];
}

interface PipelineDeps extends ApiDeps {
  readonly limiter: FailureLimiter;
  readonly sessions: ConsoleSessions | undefined;
}

/** A request is authenticated before its body is read. */
function apiPipeline(deps: PipelineDeps, routes: readonly Route[]): readonly Middleware<ApiState>[] {
  const { clock, repositories, limiter, live, rateLimits = RATE_LIMITS } = deps;
  const { accounts, calls, keys } = repositories;
  const { sounds, authRequired } = deps.recordings;
  const serveSounds = recordingSounds({ accounts, recordings: repositories.recordings, sounds });
  const { cluster } = deps;
  const serveSip = sipCaptures({ accounts, calls, sip: findSip(deps) });
  const watch = live === undefined ? [] : [liveEvents({ live, accounts, calls })];
  const before = [limitAddress(clock, rateLimits), refuseCrossSite(), ...(authRequired ? [] : [serveSounds])];
  const asking = [
    whoAsks({ accounts, keys, limiter, clock }, deps.sessions),
    limitAccount(clock, rateLimits, deps.shares),
  ];
  const router = apiRouter(routes, accounts);
  if (cluster === undefined) {
    return [securityHeaders(), ...before, ...asking, serveSounds, serveSip, ...watch, readBody(), ...router];
  }
  return [
    securityHeaders(),
    acceptForwards({ forwardKey: cluster.forwardKey, accounts, clock }),
    ...[...before, ...asking].map(unlessForwarded),
    ...watch,
    readBody(),
    checkForwardedBody(),
    forwardRequests(cluster, clock),
    serveSounds,
    serveSip,
    ...router,
  ];
}
