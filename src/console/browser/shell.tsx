import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useConsole, useLive, useLoaded } from './console-context.ts';
import { Keys } from './keys.tsx';
import { Pages } from './pages/pages.tsx';
import { Link } from './parts/link.tsx';
import { after } from './platform/clock.ts';
import { LOST, OPEN } from './platform/live.ts';
import { usePlace } from './platform/location.ts';
import { liveCalls, problemCount, type Stats } from './stats.ts';

interface Section {
  readonly path: string;
  readonly title: string;
  readonly badge?: (stats: Stats) => { readonly text: string; readonly isBad?: boolean } | undefined;
}

const SECTIONS: readonly Section[] = [
  { path: '/', title: 'Overview' },
  {
    path: '/calls',
    title: 'Calls',
    badge: (stats) => (liveCalls(stats) > 0 ? { text: `${liveCalls(stats)} live` } : undefined),
  },
  {
    path: '/callbacks',
    title: 'Callbacks',
    badge: ({ callbacks: { pending } }) => (pending > 0 ? { text: `${pending} pending` } : undefined),
  },
  {
    path: '/problems',
    title: 'Problems',
    badge: (stats) => {
      const isBad = stats.problems.some(({ log }) => log === 0);
      return problemCount(stats) > 0 ? { text: String(problemCount(stats)), isBad } : undefined;
    },
  },
  { path: '/numbers', title: 'Numbers' },
  {
    path: '/clients',
    title: 'Clients',
    badge: ({ clients: { registered, total } }) =>
      registered === null || total === 0 ? undefined : { text: `${registered} / ${total}` },
  },
  { path: '/trunks', title: 'Trunks' },
  { path: '/applications', title: 'Applications' },
  { path: '/recordings', title: 'Recordings' },
  { path: '/rooms', title: 'Rooms' },
  { path: '/try', title: 'Try it' },
  { path: '/health', title: 'Health' },
  { path: '/account', title: 'Account' },
];

/** The frame around every page: where one can go, and whether Legwork still answers. */
export function Shell({ onLeave }: { readonly onLeave: () => void }): JSX.Element {
  const { session } = useConsole();
  const place = usePlace();
  const stats = useStats();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [place.path]);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <nav aria-label="Main" class={isOpen ? 'open' : ''}>
        <div class="brand">
          <b>Legwork</b>
          <button type="button" class="menu" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Menu
          </button>
        </div>
        <div class="sections">
          {SECTIONS.map((section) => (
            <SectionLink key={section.path} section={section} path={place.path} stats={stats} />
          ))}
          <div class="who">
            <span title={session.account_sid}>{session.friendly_name}</span>
            {session.access === 'read' && <span class="soft">read only</span>}
            <button type="button" class="quiet" onClick={onLeave}>
              Sign out
            </button>
          </div>
        </div>
      </nav>
      <div class="content" id="content">
        <ConnectionState />
        <Pages place={place} stats={stats} />
      </div>
      <Keys />
    </div>
  );
}

interface SectionLinkProps {
  readonly section: Section;
  readonly path: string;
  readonly stats: Stats | undefined;
}

function SectionLink({ section, path, stats }: SectionLinkProps): JSX.Element {
  const badge = stats === undefined ? undefined : section.badge?.(stats);
  const isHere = section.path === '/' ? path === '/' : path.startsWith(section.path);
  return (
    <Link to={section.path} current={isHere}>
      <span>{section.title}</span>
      {badge !== undefined && <i class={badge.isBad === true ? 'bad' : ''}>{badge.text}</i>}
    </Link>
  );
}

/** The numbers of the account, as Legwork pushes them every two seconds. */
function useStats(): Stats | undefined {
  const { api } = useConsole();
  const loaded = useLoaded((signal) => api.get<Stats>('/Stats', signal), 'stats');
  const [pushed, setPushed] = useState<Stats>();
  useLive(({ event, data }) => {
    if (event === 'stats') setPushed(data as Stats);
  });
  return pushed ?? loaded.value;
}

/** A connection that comes back at once is not worth a word. */
const PATIENCE_MS = 1500;

function ConnectionState(): JSX.Element | null {
  const [isLost, setLost] = useState(false);
  const [isTold, setTold] = useState(false);
  useLive(({ event }) => {
    if (event === LOST) setLost(true);
    else if (event === OPEN) setLost(false);
  });
  useEffect(() => {
    if (isLost) return after(PATIENCE_MS, () => setTold(true));
    setTold(false);
    return undefined;
  }, [isLost]);
  return isTold ? (
    <p class="connection" role="status">
      Legwork does not answer. What is shown may be old; trying again…
    </p>
  ) : null;
}
