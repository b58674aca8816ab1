import type { JSX } from 'preact';
import type { TimingPart } from '../../data/timing.ts';
import { durationText } from '../../data/times.ts';

/** Where the time of a request went, as a row of bars with their names; nothing when that is not known. */
export function Timing({ parts }: { readonly parts: readonly TimingPart[] }): JSX.Element | null {
  if (parts.length === 0) return null;
  const total = Math.max(
    1,
    parts.reduce((sum, { ms }) => sum + ms, 0),
  );
  return (
    <dl class="timing" aria-label="Where the time went">
      {parts.map(({ name, ms }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <svg width="100%" height="8" preserveAspectRatio="none" viewBox="0 0 100 8" aria-hidden="true">
              <rect width={Math.max(1, (ms / total) * 100)} height="8" rx="1" />
            </svg>
            {durationText(ms)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
