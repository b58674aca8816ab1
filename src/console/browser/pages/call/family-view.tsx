import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CallFamily } from '../../../data/resources.ts';
import { isLive } from '../../../data/resources.ts';
import { isTraced } from '../../../data/sip-lines.ts';
import type { Density } from '../../../ladder/ladder.ts';
import { useNow } from '../../console-context.ts';
import { useKeys } from '../../keys.tsx';
import { Choices } from '../../parts/tabs.tsx';
import { type Place, replacePlace } from '../../platform/location.ts';
import { CallHead } from './call-head.tsx';
import { CallRecordings } from './call-recordings.tsx';
import { ComparePanel } from './compare-panel.tsx';
import { ExportButton } from './export-button.tsx';
import { JsonView } from './json-view.tsx';
import { LadderView } from './ladder-view.tsx';
import { LinePanel } from './line-panel.tsx';
import { TableView } from './table-view.tsx';
import { WaterfallView } from './waterfall-view.tsx';

const VIEWS = ['ladder', 'waterfall', 'table', 'json'] as const;
type View = (typeof VIEWS)[number];
const VIEW_WORDS: Readonly<Record<View, string>> = {
  ladder: 'Ladder',
  waterfall: 'Waterfall',
  table: 'Table',
  json: 'JSON',
};
const DENSITIES: readonly Density[] = ['compact', 'normal', 'full'];

interface FamilyViewProps {
  readonly family: CallFamily;
  /** The leg of the address, which is marked. */
  readonly sid: string;
  readonly place: Place;
  readonly actions?: ComponentChildren;
  readonly same?: ComponentChildren;
  /** Where its SIP messages are as a capture file. */
  readonly pcap?: string;
  /** Reads the call again; undefined where it comes from a file. */
  readonly reload?: () => void;
}

/** A call in one of its views, with what is known of the selected line beside it. */
export function FamilyView(props: FamilyViewProps): JSX.Element {
  const { family, sid, place, reload } = props;
  const { view, density } = viewOf(place.query);
  const now = useNow(500, family.calls.some(isLive));
  const { selected, select, marked, mark } = useSelection(family, place.hash);
  const shown = { family, now, selected, marked, onSelect: select };
  const line = selected === undefined ? undefined : family.events[selected];
  const other = marked === undefined || marked === selected ? undefined : family.events[marked];
  return (
    <div class={line === undefined ? 'with-panel closed' : 'with-panel'}>
      <main class="call-page">
        <CallHead family={family} sid={sid} now={now} />
        <ViewBar {...props} view={view} density={density} now={now} />
        <div class="card view">
          {view === 'ladder' && <LadderView {...shown} density={density} sid={sid} />}
          {view === 'waterfall' && <WaterfallView {...shown} />}
          {view === 'table' && <TableView {...shown} />}
          {view === 'json' && <JsonView family={family} now={now} />}
        </div>
        {view === 'ladder' && <Legend />}
        {reload !== undefined && <CallRecordings family={family} />}
      </main>
      {line !== undefined && (
        <aside aria-label="Selected line" class="panel">
          <button type="button" class="quiet close" aria-label="Close" onClick={() => select(undefined)}>
            ✕
          </button>
          {other !== undefined && <ComparePanel one={other} other={line} />}
          <LinePanel
            family={family}
            line={line}
            isMarked={marked === selected}
            onMark={mark}
            {...(reload === undefined ? {} : { reload })}
          />
        </aside>
      )}
    </div>
  );
}

const KINDS = [
  ['sip', 'SIP'],
  ['document', 'document request'],
  ['reply', 'its reply'],
  ['callback', 'callback'],
] as const;

/** What the arrows are: told by their dashes and labels, too, not by their colours alone. */
function Legend(): JSX.Element {
  return (
    <p class="legend soft">
      {KINDS.map(([kind, words]) => (
        <span key={kind}>
          <span class={`sample ${kind}`} aria-hidden="true" /> {words}
        </span>
      ))}
      <span class="right">j k select · Space marks · ? keys</span>
    </p>
  );
}

interface ShownView {
  readonly view: View;
  readonly density: Density;
}

/** The view that a page's query names. */
function viewOf(text: string): ShownView {
  const query = new URLSearchParams(text);
  return {
    view: VIEWS.find((one) => one === query.get('view')) ?? 'ladder',
    density: DENSITIES.find((one) => one === query.get('density')) ?? 'normal',
  };
}

type ViewBarProps = FamilyViewProps & ShownView & { readonly now: number };

function ViewBar({ family, place, actions, same, pcap, view, density, now }: ViewBarProps): JSX.Element {
  const set = (name: string, value: string) => {
    const query = new URLSearchParams(place.query);
    query.set(name, value);
    replacePlace({ query: `?${query.toString()}` });
  };
  return (
    <div class="bar">
      <Choices
        label="View"
        among={VIEWS}
        chosen={view}
        choose={(one) => set('view', one)}
        words={(one) => VIEW_WORDS[one]}
      />
      {view === 'ladder' && (
        <Choices label="Density" among={DENSITIES} chosen={density} choose={(one) => set('density', one)} />
      )}
      <span class="right">
        {same}
        <ExportButton
          family={family}
          density={density}
          now={now}
          pcap={isTraced(family) ? pcap : undefined}
        />
        {actions}
      </span>
    </div>
  );
}

/** Which line is selected, by the address, and which one is marked to be compared. */
function useSelection(family: CallFamily, hash: string) {
  const selected = selectedIn(family.events, hash);
  const [marked, setMarked] = useState<number>();
  const select = (event: number | undefined) => {
    const line = event === undefined ? undefined : family.events[event];
    replacePlace({ hash: line === undefined ? '' : `e=${encodeURIComponent(line.n)}` });
  };
  const mark = () => setMarked(selected === marked ? undefined : selected);
  useKeys((key, event) => {
    if (selected === undefined) return;
    if (key === 'Escape') {
      select(undefined);
      setMarked(undefined);
    }
    if (key === ' ') {
      event.preventDefault();
      mark();
    }
  });
  return { selected, select, marked, mark };
}

/** The index of the line that `#e=…` names; lines keep their name while others come in between. */
function selectedIn(events: CallFamily['events'], hash: string): number | undefined {
  const [, name = ''] = /^e=([^&]{1,600})$/.exec(hash) ?? [];
  const index = events.findIndex(({ n }) => encodeURIComponent(n) === name);
  return index < 0 ? undefined : index;
}
