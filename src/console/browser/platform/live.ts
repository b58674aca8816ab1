import { after } from './clock.ts';

/** Something that Legwork pushed, or what became of the connection. */
export interface LiveEvent {
  readonly event: string;
  readonly data: unknown;
}

export type LiveListener = (event: LiveEvent) => void;

/** Names of events that the pages listen to, as `GET P/Live` has them. */
const NAMES = [
  'hello',
  'reset',
  'call.created',
  'call.updated',
  'call.event',
  'callback.updated',
  'notification.created',
  'client.updated',
  'trunk.updated',
  'conference.updated',
  'participant.updated',
  'queue.updated',
  'stream.updated',
  'recording.updated',
  'health',
  'stats',
];

const AGAIN_MS = 3000;

/** Of the connection itself: it broke, it is there, Legwork did not want it. */
export const LOST = 'live.lost';
export const OPEN = 'live.open';
export const REFUSED = 'live.refused';

/** Listens to one stream until the function that it returns is called; opens it again whenever it ends. */
export function listenTo(url: string, deliver: LiveListener): () => void {
  let source: EventSource | undefined;
  let cancel = () => {};
  const open = () => {
    const stream = new EventSource(url);
    source = stream;
    stream.addEventListener('open', () => deliver({ event: OPEN, data: undefined }));
    stream.addEventListener('error', () => {
      deliver({ event: LOST, data: undefined });
      // The browser tries again by itself unless it was refused, as after a restart or a long time.
      if (stream.readyState !== EventSource.CLOSED) return;
      deliver({ event: REFUSED, data: undefined });
      cancel = after(AGAIN_MS, open);
    });
    for (const event of NAMES) {
      stream.addEventListener(event, ({ data }: MessageEvent<string>) => {
        const read = parsed(data);
        if (read !== undefined) deliver({ event, data: read.value });
      });
    }
  };
  open();
  return () => {
    cancel();
    source?.close();
  };
}

/**
 * The stream of an account, one for all tabs of this browser, because it has six connections to a host at most: the tab
 * that holds the lock listens and tells the others; when it is closed, another one takes over.
 */
export function listenTogether(url: string, deliver: LiveListener): () => void {
  // Locks exist in secure contexts alone: elsewhere each tab has a stream of its own.
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) return listenTo(url, deliver);
  const channel = new BroadcastChannel(`legwork ${url}`);
  const done = new AbortController();
  channel.addEventListener('message', ({ data }: MessageEvent<LiveEvent>) => deliver(data));
  const lead = () =>
    new Promise<void>((resolve) => {
      const close = listenTo(url, (event) => {
        channel.postMessage(event);
        deliver(event);
      });
      done.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  navigator.locks.request(`legwork ${url}`, { signal: done.signal }, lead).catch((error: unknown) => {
    if (!done.signal.aborted) throw error;
  });
  return () => {
    done.abort();
    channel.close();
  };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return undefined; // a line that was cut off
  }
}
