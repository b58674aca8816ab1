import type { JSX } from 'preact';
import { Empty } from '../parts/texts.tsx';
import type { Place } from '../platform/location.ts';
import type { Stats } from '../stats.ts';
import { AccountPage } from './account-page.tsx';
import { CallPage } from './call/call-page.tsx';
import { CallbacksPage } from './callbacks/callbacks-page.tsx';
import { CallsPage } from './calls/calls-page.tsx';
import { HealthPage } from './health-page.tsx';
import { OverviewPage } from './overview-page.tsx';
import { ProblemsPage } from './problems/problems-page.tsx';
import { RecordingsPage } from './recordings-page.tsx';
import { APPLICATIONS, CLIENTS, NUMBERS, TRUNKS } from './resources/kinds.tsx';
import { ResourcePage } from './resources/resource-page.tsx';
import { RoomsPage } from './rooms-page.tsx';
import { TryPage } from './try/try-page.tsx';

interface PagesProps {
  readonly place: Place;
  readonly stats: Stats | undefined;
}

/** The page that an address leads to. */
export function Pages({ place, stats }: PagesProps): JSX.Element {
  const [, section = '', sid] = place.path.split('/');
  switch (section) {
    case '':
      return <OverviewPage stats={stats} />;
    case 'calls':
      return sid === undefined ? <CallsPage place={place} /> : <CallPage key={sid} sid={sid} place={place} />;
    case 'callbacks':
      return <CallbacksPage place={place} />;
    case 'problems':
      return <ProblemsPage />;
    case 'numbers':
      return <ResourcePage key={section} kind={NUMBERS} />;
    case 'clients':
      return <ResourcePage key={section} kind={CLIENTS} />;
    case 'trunks':
      return <ResourcePage key={section} kind={TRUNKS} />;
    case 'applications':
      return <ResourcePage key={section} kind={APPLICATIONS} />;
    case 'recordings':
      return <RecordingsPage />;
    case 'rooms':
      return <RoomsPage />;
    case 'try':
      return <TryPage />;
    case 'health':
      return <HealthPage />;
    case 'account':
      return <AccountPage />;
    default:
      return (
        <main>
          <Empty title="There is no such page" />
        </main>
      );
  }
}
