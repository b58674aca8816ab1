import { useEffect, useState } from 'preact/hooks';

/** Where the pages are. */
export const BASE = '/console';

/** The place that the address bar shows, without `BASE`. */
export interface Place {
  readonly path: string;
  /** With its question mark; empty when there is none. */
  readonly query: string;
  /** Without its sign. */
  readonly hash: string;
}

const CHANGED = 'legwork-navigated';

export function currentPlace(): Place {
  const { pathname, search, hash } = location;
  const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  return { path: path.replace(/\/+$/, '') || '/', query: search, hash: hash.slice(1) };
}

/** Goes to a page of the console; `path` begins with a slash and may have a query. */
export function goTo(path: string): void {
  history.pushState(undefined, '', BASE + path);
  dispatchEvent(new Event(CHANGED));
}

/** Changes the address without a new entry in the history: a filter while it is typed, a selected line. */
export function replacePlace(change: Partial<Place>): void {
  const { path, query, hash } = { ...currentPlace(), ...change };
  history.replaceState(undefined, '', `${BASE}${path}${query}${hash === '' ? '' : `#${hash}`}`);
  dispatchEvent(new Event(CHANGED));
}

/** The place, again whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const read = () => setPlace(currentPlace());
    const names = [CHANGED, 'popstate', 'hashchange'];
    for (const name of names) addEventListener(name, read);
    return () => {
      for (const name of names) removeEventListener(name, read);
    };
  }, []);
  return place;
}
