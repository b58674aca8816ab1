import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import {
  CALL_FILTERS,
  type Filter,
  filterOf,
  queryOf,
  searched,
  withFilter,
} from '../../../data/filter-query.ts';
import type { Call } from '../../../data/resources.ts';
import { useConsole, useNow } from '../../console-context.ts';
import { useKeys } from '../../keys.tsx';
import { SameByRest } from '../../parts/same-by-rest.tsx';
import { Command, Empty, Problem } from '../../parts/texts.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { goTo, type Place, replacePlace } from '../../platform/location.ts';
import { ColumnMenu, useColumns } from './call-columns.tsx';
import { CallRow, CallRowsHead } from './call-row.tsx';
import { CallFilters } from './call-filters.tsx';
import { CsvButton } from './csv-button.tsx';
import { useCalls } from './use-calls.ts';

const ROW_HEIGHT = 36;

/** The calls of the account, newest first, as many as there are. */
export function CallsPage({ place }: { readonly place: Place }): JSX.Element {
  const filter = filterOf(place.query, CALL_FILTERS);
  const calls = useCalls(filter);
  const [active, setActive] = useActiveRow(calls.items);
  const { columns, choose } = useColumns();
  const now = useNow(1000);
  const change = (changed: Filter) => {
    setActive(undefined);
    replacePlace({ query: queryOf(changed, CALL_FILTERS) });
  };
  const search = (text: string) => {
    const asked = searched(text);
    if ('open' in asked) goTo(`/calls/${asked.open}`);
    else change(withFilter(filter, 'Q', asked.find));
  };
  return (
    <main class="wide-page">
      <header class="page-head">
        <h1>Calls</h1>
        <span class="soft">{countWords(calls.total, calls.items.length)}</span>
        <span class="right">
          <ColumnMenu columns={columns} choose={choose} />
          <CsvButton filter={filter} />
          <SameByRest below={`/Calls${queryOf(filter, CALL_FILTERS)}`} />
        </span>
      </header>
      <CallFilters filter={filter} onChange={change} onSearch={search} />
      <Problem error={calls.error} />
      <div class="list-place">
        {calls.news > 0 && (
          <button type="button" class="news" onClick={calls.showNews}>
            {calls.news} new
          </button>
        )}
        {calls.isLoaded && calls.items.length === 0 ? (
          <NoCalls isFiltered={Object.keys(filter).length > 0} onClear={() => change({})} />
        ) : (
          <VirtualRows
            key={calls.key}
            label="Calls"
            count={calls.items.length}
            rowHeight={ROW_HEIGHT}
            head={<CallRowsHead columns={columns} />}
            row={(index) => {
              const call = calls.items[index];
              return call === undefined ? null : (
                <CallRow call={call} columns={columns} now={now} isActive={index === active} index={index} />
              );
            }}
            onNearEnd={calls.loadMore}
            onTop={calls.setAtTop}
            active={active}
          />
        )}
      </div>
    </main>
  );
}

/** The row that the keyboard is at; Enter opens it. */
function useActiveRow(items: readonly Call[]) {
  const [active, setActive] = useState<number>();
  useKeys((key) => {
    const call = active === undefined ? undefined : items[active];
    if (key === 'j') setActive((before) => Math.min(items.length - 1, (before ?? -1) + 1));
    else if (key === 'k') setActive((before) => Math.max(0, (before ?? 1) - 1));
    else if (key === 'Enter' && call !== undefined) goTo(`/calls/${call.sid}`);
    else if (key === 'Escape') setActive(undefined);
  });
  return [active, setActive] as const;
}

/** Beyond 10,000, Legwork does not count. */
function countWords(total: number | undefined, loaded: number): string {
  if (loaded === 0) return '';
  return total === undefined ? 'more than 10,000' : total.toLocaleString('en');
}

function NoCalls({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  const { api } = useConsole();
  if (isFiltered) {
    return (
      <Empty title="No call is like this">
        <button type="button" onClick={onClear}>
          Show all calls
        </button>
      </Empty>
    );
  }
  return (
    <Empty title="No calls yet">
      <p>
        Call the demo number 1000 from a softphone, run <code>npm run demo</code>, or let Legwork call a
        registered client:
      </p>
      <Command
        text={`curl -u "$ACCOUNT_SID:$AUTH_TOKEN" '${api.url('/Calls')}' \\\n  -d From=legwork -d To=client:bob -d Twiml='<Response><Say>Hello</Say></Response>'`}
      />
    </Empty>
  );
}
