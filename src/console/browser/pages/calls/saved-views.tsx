import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CALL_FILTERS, type Filter, filterOf, queryOf } from '../../../data/filter-query.ts';
import { keep, kept } from '../../platform/kept.ts';

interface SavedViewsProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

type Views = Readonly<Record<string, string>>;

const KEPT = 'views-of-calls';

/** Filters under a name of one's own, kept in this browser. */
export function SavedViews({ filter, onChange }: SavedViewsProps): JSX.Element | null {
  const [views, setViews] = useState<Views>(() => kept<Views>(KEPT, {}));
  const query = queryOf(filter, CALL_FILTERS);
  const known = Object.entries(views).find(([, saved]) => saved === query)?.[0];
  const change = (changed: Views) => {
    keep(KEPT, changed);
    setViews(changed);
  };
  const save = () => {
    const name = prompt('A name for this view')?.trim();
    if (name) change({ ...views, [name.slice(0, 60)]: query });
  };
  const forget = () => {
    const { [known ?? '']: _forgotten, ...others } = views;
    change(others);
  };
  return (
    <span class="views">
      {Object.keys(views).length > 0 && (
        <select
          aria-label="Saved views"
          value={known ?? ''}
          onChange={({ currentTarget }) => onChange(filterOf(views[currentTarget.value] ?? '', CALL_FILTERS))}
        >
          <option value="">Saved views</option>
          {Object.keys(views).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      {query !== '' && known === undefined && (
        <button type="button" class="quiet" onClick={save}>
          Save view
        </button>
      )}
      {known !== undefined && (
        <button type="button" class="quiet" onClick={forget}>
          Forget view
        </button>
      )}
      {query !== '' && (
        <button type="button" class="quiet" onClick={() => onChange({})}>
          Clear
        </button>
      )}
    </span>
  );
}
