import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CALL_COLUMNS } from '../../../data/call-csv.ts';
import { csvHead, csvRow } from '../../../data/csv.ts';
import { CALL_FILTERS, type Filter, queryOf } from '../../../data/filter-query.ts';
import type { Call } from '../../../data/resources.ts';
import { useConsole } from '../../console-context.ts';
import { type Api, messageOf } from '../../platform/api.ts';
import { saveFile } from '../../platform/files.ts';

const MOST_ROWS = 100_000;

/** The calls of the filter as a file for a spreadsheet, fetched page by page. */
export function CsvButton({ filter }: { readonly filter: Filter }): JSX.Element {
  const { api } = useConsole();
  const [said, setSaid] = useState<string>();
  const make = () => {
    setSaid('0 rows…');
    csvOf(api, filter, (rows) => setSaid(`${rows.toLocaleString('en')} rows…`)).then(
      (parts) => {
        saveFile('calls.csv', 'text/csv;charset=utf-8', parts);
        setSaid(undefined);
      },
      (error: unknown) => setSaid(messageOf(error)),
    );
  };
  return (
    <button type="button" class="quiet" onClick={make} disabled={said?.endsWith('…') === true}>
      {said ?? 'CSV'}
    </button>
  );
}

async function csvOf(api: Api, filter: Filter, told: (rows: number) => void): Promise<readonly string[]> {
  const query = queryOf(filter, CALL_FILTERS);
  const parts = [csvHead(CALL_COLUMNS)];
  let rows = 0;
  let page = await api.list<Call>(`/Calls${query}${query === '' ? '?' : '&'}PageSize=1000`, 'calls');
  for (;;) {
    parts.push(page.items.map((call) => csvRow(CALL_COLUMNS, call)).join(''));
    rows += page.items.length;
    told(rows);
    if (page.nextUri === undefined || rows >= MOST_ROWS) return parts;
    page = await api.next<Call>(page.nextUri, 'calls');
  }
}
