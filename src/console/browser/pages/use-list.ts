import { useRef, useState } from 'preact/hooks';
import { merged, replaced } from '../../data/live-list.ts';
import { useConsole, useLive, useLoaded, useSoon } from '../console-context.ts';
import { messageOf } from '../platform/api.ts';
import { LOST, OPEN } from '../platform/live.ts';

interface Resource {
  readonly sid: string;
}

export interface ResourceList<T> {
  readonly items: readonly T[];
  readonly total: number | undefined;
  readonly isLoaded: boolean;
  readonly error: unknown;
  readonly reload: () => void;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
}

interface ListNames {
  /** What is read, below the account, with its filter. */
  readonly below: string;
  /** The array's name in the reply. */
  readonly key: string;
  /** The events with a newer version of an item; another event of the list's kind makes it be read again. */
  readonly events?: readonly string[];
}

const GATHERED_MS = 300;

/** A list of REST: its first page, more pages on demand, and the items kept as they are now. */
export function useList<T extends Resource>({ below, key, events = [] }: ListNames): ResourceList<T> {
  const { api } = useConsole();
  const loaded = useLoaded((signal) => api.list<T>(below, key, signal), below);
  const [later, setLater] = useState<Later<T>>(() => nothingLater(below));
  const [newer, setNewer] = useState<readonly T[]>([]);
  const [error, setError] = useState<string>();
  const known = later.below === below ? later : nothingLater<T>(below);
  const items = newer.reduce<readonly T[]>(
    (list, one) => replaced(list, one),
    merged(loaded.value?.items ?? [], known.items),
  );
  const reload = () => {
    setNewer([]);
    loaded.reload();
  };
  const readSoon = useSoon(GATHERED_MS, reload);
  const wasLost = useRef(false);
  useLive(({ event, data }) => {
    if (event === LOST) wasLost.current = true;
    if (event === 'reset' || (event === OPEN && wasLost.current)) {
      wasLost.current = false;
      readSoon();
    }
    if (!events.includes(event)) return;
    const one = data as T;
    if (items.some(({ sid }) => sid === one.sid))
      setNewer((before) => [...before.filter((old) => old.sid !== one.sid), one]);
    else readSoon();
  });
  const nextUri = known.isRead ? known.nextUri : loaded.value?.nextUri;
  const loadMore = () => {
    if (nextUri === undefined) return;
    api.next<T>(nextUri, key).then(
      (page) =>
        setLater({ below, items: [...known.items, ...page.items], nextUri: page.nextUri, isRead: true }),
      (failure: unknown) => setError(messageOf(failure)),
    );
  };
  return {
    items,
    total: loaded.value?.total,
    isLoaded: loaded.value !== undefined,
    error: loaded.error ?? error,
    reload,
    hasMore: nextUri !== undefined,
    loadMore,
  };
}

interface Later<T> {
  readonly below: string;
  readonly items: readonly T[];
  readonly nextUri: string | undefined;
  /** Whether any page but the first one has been read. */
  readonly isRead: boolean;
}

function nothingLater<T>(below: string): Later<T> {
  return { below, items: [], nextUri: undefined, isRead: false };
}
