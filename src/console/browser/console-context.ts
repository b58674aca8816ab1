import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { type Api, ApiFailure } from './platform/api.ts';
import { every, gathered, now } from './platform/clock.ts';
import type { LiveListener } from './platform/live.ts';
import type { Session } from './platform/session.ts';

/** What every page has. */
export interface Console {
  readonly api: Api;
  readonly session: Session;
  /** Adds a listener to the account's stream; the function that it returns takes it away. */
  readonly onLive: (listener: LiveListener) => () => void;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (console === undefined) throw new Error('Nobody has signed in');
  return console;
}

/** Whether the session may change something. */
export function useMayChange(): boolean {
  return useConsole().session.access !== 'read';
}

/** Something that is read from Legwork. */
export interface Loaded<T> {
  /** The last that was read, also while it is read again. */
  readonly value: T | undefined;
  readonly error: ApiFailure | undefined;
  readonly reload: () => void;
}

/** Reads something when the page opens and whenever `key` changes. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, key: string): Loaded<T> {
  const [found, setFound] = useState<{ key: string; value?: T; error?: ApiFailure }>({ key });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    load(leaving.signal).then(
      (value) => {
        if (!leaving.signal.aborted) setFound({ key, value });
      },
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        const failure = error instanceof ApiFailure ? error : new ApiFailure(0, String(error));
        setFound((before) => ({ ...(before.key === key ? before : { key }), error: failure }));
      },
    );
    return () => leaving.abort();
  }, [key, round]);
  const isOfKey = found.key === key;
  return {
    value: isOfKey ? found.value : undefined,
    error: isOfKey ? found.error : undefined,
    reload: () => setRound((before) => before + 1),
  };
}

/** Listens to the account's stream while the page is shown; the listener may be another one each time. */
export function useLive(listener: LiveListener): void {
  const { onLive } = useConsole();
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => onLive((event) => current.current(event)), [onLive]);
}

/** The time, again every `ms` while `runs`. */
export function useNow(ms: number, runs = true): number {
  const [time, setTime] = useState(now);
  useEffect(() => (runs ? every(ms, () => setTime(now())) : undefined), [ms, runs]);
  return time;
}

/** A function that has `act` done once, `ms` after the first of several calls. */
export function useSoon(ms: number, act: () => void): () => void {
  const current = useRef(act);
  current.current = act;
  const [soon] = useState(() => gathered(ms, () => current.current()));
  useEffect(() => soon.cancel, [soon]);
  return soon.call;
}
