import { useEffect, useRef, useState } from 'preact/hooks';
import { CALL_FILTERS, type Filter, queryOf } from '../../../data/filter-query.ts';
import { merged, updated } from '../../../data/live-list.ts';
import type { Call } from '../../../data/resources.ts';
import { useConsole, useLive, useSoon } from '../../console-context.ts';
import type { ListPage } from '../../platform/api.ts';
import { LOST, OPEN } from '../../platform/live.ts';

const PAGE_SIZE = 100;
const GATHERED_MS = 300;

export interface CallList {
  /** Another one for each filter. */
  readonly key: string;
  readonly items: readonly Call[];
  readonly total: number | undefined;
  readonly isLoaded: boolean;
  readonly error: unknown;
  /** How many calls have begun since the first rows were read, while these were out of sight. */
  readonly news: number;
  readonly showNews: () => void;
  readonly loadMore: () => void;
  readonly setAtTop: (isAtTop: boolean) => void;
}

interface State {
  readonly key: string;
  readonly items: readonly Call[];
  readonly total: number | undefined;
  readonly nextUri: string | undefined;
  readonly isLoaded: boolean;
  readonly error: unknown;
}

/** The calls that a filter finds: page after page downwards, and the newest ones as they begin. */
export function useCalls(filter: Filter): CallList {
  const { api } = useConsole();
  const key = queryOf(filter, CALL_FILTERS);
  const [state, setState] = useState<State>(() => emptyState(key));
  const [news, setNews] = useState(0);
  const atTop = useRef(true);
  const loading = useRef(false);
  const current = useRef(key);
  current.current = key;

  const take = (asked: Promise<ListPage<Call>>, join: (before: State, page: ListPage<Call>) => State) =>
    asked.then(
      (page) => {
        if (current.current === key)
          setState((before) => ({ ...join(before, page), isLoaded: true, error: undefined }));
      },
      (error: unknown) => {
        if (current.current === key) setState((before) => ({ ...before, isLoaded: true, error }));
      },
    );
  const first = () =>
    api.list<Call>(`/Calls?${key.slice(1)}${key === '' ? '' : '&'}PageSize=${PAGE_SIZE}`, 'calls');
  const readFirst = () => {
    setNews(0);
    void take(first(), (before, page) =>
      before.key !== key || before.items.length === 0
        ? { ...emptyState(key), ...page }
        : { ...before, total: page.total, items: merged(page.items, before.items) },
    );
  };
  const readSoon = useSoon(GATHERED_MS, readFirst);
  useEffect(() => {
    setState((before) => (before.key === key ? before : emptyState(key)));
    atTop.current = true;
    readFirst();
  }, [key]);
  const wasLost = useRef(false);
  useLive(({ event, data }) => {
    if (event === LOST) wasLost.current = true;
    if (event === 'reset' || (event === OPEN && wasLost.current)) {
      wasLost.current = false;
      readSoon();
    }
    const { Status: status } = filter;
    if (event === 'call.updated') {
      const call = data as Call;
      // It may have come to the status that the list is of.
      if (status === call.status && !state.items.some(({ sid }) => sid === call.sid)) readSoon();
      setState((before) => ({ ...before, items: updated(before.items, call, status) }));
    }
    if (event !== 'call.created') return;
    if (atTop.current) readSoon();
    else if (key === '') setNews((before) => before + 1);
  });
  const isOfKey = state.key === key;
  return {
    key,
    items: isOfKey ? state.items : [],
    total: isOfKey ? state.total : undefined,
    isLoaded: isOfKey && state.isLoaded,
    error: isOfKey ? state.error : undefined,
    news,
    showNews: () => {
      document.querySelector('.rows')?.scrollTo({ top: 0 });
      readFirst();
    },
    loadMore: () => {
      if (!isOfKey || state.nextUri === undefined || loading.current) return;
      loading.current = true;
      void take(api.next<Call>(state.nextUri, 'calls'), (before, page) => ({
        ...before,
        nextUri: page.nextUri,
        items: [...before.items, ...page.items],
      })).finally(() => {
        loading.current = false;
      });
    },
    setAtTop: (isAtTop) => {
      atTop.current = isAtTop;
    },
  };
}

function emptyState(key: string): State {
  return { key, items: [], total: undefined, nextUri: undefined, isLoaded: false, error: undefined };
}
