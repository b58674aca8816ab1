import type { JSX } from 'preact';
import { isLive } from '../../../data/resources.ts';
import { useConsole } from '../../console-context.ts';
import { useKeys } from '../../keys.tsx';
import { SameByRest } from '../../parts/same-by-rest.tsx';
import { Empty, Problem } from '../../parts/texts.tsx';
import { goTo, type Place } from '../../platform/location.ts';
import { CallActions } from './call-actions.tsx';
import { FamilyView } from './family-view.tsx';
import { useFamily } from './use-family.ts';

/** One call with all of its legs: why it did what it did. */
export function CallPage({ sid, place }: { readonly sid: string; readonly place: Place }): JSX.Element {
  const { api } = useConsole();
  const { value: family, error, reload } = useFamily(sid);
  useKeys((key) => {
    if (key === 'Escape' && place.hash === '') goTo('/calls');
  });
  if (family === undefined) {
    return (
      <main class="wide-page">
        {error === undefined ? (
          <p class="soft">Reading…</p>
        ) : (
          <Empty title="This call cannot be shown">
            <Problem error={error} />
          </Empty>
        )}
      </main>
    );
  }
  const first = family.calls[0];
  const live = family.calls.filter(isLive);
  return (
    <FamilyView
      family={family}
      sid={sid}
      place={place}
      reload={reload}
      pcap={api.path(`/Calls/${first?.sid ?? sid}/Sip`).replace(/\.json$/, '.pcap')}
      actions={<CallActions family={family} live={live} reload={reload} />}
      same={<SameByRest below={`/Calls/${first?.sid ?? sid}/Events`} />}
    />
  );
}
