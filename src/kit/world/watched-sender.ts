import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { HttpFailure, HttpReply, HttpRequest, HttpSender } from '../../webhooks/http-request.ts';
import { kindOfToken, parameterOf, seen, type SeenRequest } from './seen-request.ts';

/** Whoever follows the requests to the application server. */
export interface RequestWatcher {
  sent(request: SeenRequest): void;
  replied?(request: SeenRequest, reply: HttpReply | HttpFailure): void;
}

export interface WatchedSenderParts {
  readonly sender: HttpSender;
  readonly clock: Clock;
  readonly watcher: RequestWatcher;
  /** The verb that a leg's request comes from. */
  readonly verbOf: (callSid: string) => string | undefined;
}

/** Shows every document request and callback when it is sent, and its reply. The fetching of sounds is not shown. */
export function watchedSender({ sender, clock, watcher, verbOf }: WatchedSenderParts): HttpSender {
  return {
    async send(request) {
      const shown = shownRequest(request, clock, verbOf);
      if (shown === undefined) return sender.send(request);
      watcher.sent(shown);
      const reply = await sender.send(request);
      watcher.replied?.(shown, reply);
      return reply;
    },
    close: () => sender.close(),
  };
}

function shownRequest(
  { method, url, parameters, token }: HttpRequest,
  clock: Clock,
  verbOf: WatchedSenderParts['verbOf'],
): SeenRequest | undefined {
  if (token === undefined) return undefined;
  const callSid = parameterOf({ parameters }, 'CallSid') ?? '';
  return compact({
    kind: kindOfToken(token),
    ...seen(method, url, parameters),
    token,
    at: clock.now(),
    cause: verbOf(callSid),
  });
}
