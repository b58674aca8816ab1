import type { JSX } from 'preact';
import { type Filter, withFilter } from '../../../data/filter-query.ts';
import { fieldText } from '../../platform/forms.ts';
import { SavedViews } from './saved-views.tsx';

interface CallFiltersProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly onSearch: (text: string) => void;
}

const STATUSES = ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'no-answer', 'failed', 'canceled'];
/** What has no field of its own, but comes with links from other pages. */
const CHIPS = ['ParentCallSid', 'PhoneNumberSid', 'TrunkSid'];

/** The filters of the calls; they are in the address, so that a view can be sent to somebody. */
export function CallFilters({ filter, onChange, onSearch }: CallFiltersProps): JSX.Element {
  const change = (name: string) => (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) =>
    onChange(withFilter(filter, name, event.currentTarget.value));
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(fieldText(event.currentTarget, 'Q'));
      }}
    >
      <input
        type="search"
        name="Q"
        aria-label="Search by SID, number or name"
        placeholder="SID, number or name  ( / )"
        key={filter['Q'] ?? ''}
        defaultValue={filter['Q'] ?? ''}
        onChange={(event) => onSearch(event.currentTarget.value)}
      />
      <Select label="Status" value={filter['Status']} among={STATUSES} onChange={change('Status')} />
      <Text label="From" value={filter['From']} onChange={change('From')} />
      <Text label="To" value={filter['To']} onChange={change('To')} />
      <Day label="Since" value={filter['StartTime>=']} onChange={change('StartTime>=')} />
      <Day label="Until" value={filter['StartTime<=']} onChange={change('StartTime<=')} />
      <label class="check">
        <input
          type="checkbox"
          checked={filter['HasProblem'] === 'true'}
          onChange={(event) =>
            onChange(withFilter(filter, 'HasProblem', event.currentTarget.checked ? 'true' : ''))
          }
        />
        With problems
      </label>
      {CHIPS.filter((name) => filter[name] !== undefined).map((name) => (
        <button key={name} type="button" class="chip" onClick={() => onChange(withFilter(filter, name, ''))}>
          {name} {filter[name]?.slice(0, 10)}… ✕
        </button>
      ))}
      <SavedViews filter={filter} onChange={onChange} />
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) => void;
}

function Select({ label, value, among, onChange }: FieldProps & { readonly among: readonly string[] }) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={onChange}
      class={value === undefined ? '' : 'set'}
    >
      <option value="">{label}</option>
      {among.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function Text({ label, value, onChange }: FieldProps) {
  return (
    <input
      type="text"
      aria-label={label}
      placeholder={label}
      class={value === undefined ? 'short' : 'short set'}
      key={value ?? ''}
      defaultValue={value ?? ''}
      onChange={onChange}
    />
  );
}

/** A day; REST takes it in UTC. */
function Day({ label, value, onChange }: FieldProps) {
  return (
    <label class="day">
      <span>{label}</span>
      <input
        type="date"
        value={value?.slice(0, 10) ?? ''}
        onChange={onChange}
        class={value === undefined ? '' : 'set'}
      />
    </label>
  );
}
