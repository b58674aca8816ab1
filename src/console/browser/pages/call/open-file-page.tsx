import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { readCallFile } from '../../../data/call-file.ts';
import type { CallFamily } from '../../../data/resources.ts';
import { Problem } from '../../parts/texts.tsx';
import { usePlace } from '../../platform/location.ts';
import { FamilyView } from './family-view.tsx';

/** Shows a call from a file, without an account and without asking Legwork for anything. */
export function OpenFilePage(): JSX.Element {
  const place = usePlace();
  const [family, setFamily] = useState<CallFamily>();
  const [error, setError] = useState<string>();
  const open = (file: File | undefined) => {
    if (file === undefined) return;
    file.text().then(
      (text) => {
        const read = readCallFile(text);
        setError(read.ok ? undefined : read.why);
        if (read.ok) setFamily(read.family);
      },
      () => setError('The file cannot be read.'),
    );
  };
  useDrop(open);
  return (
    <div class="opened">
      <header class="open-bar">
        <a href="/console/">Legwork</a>
        <label>
          Exported call{' '}
          <input
            type="file"
            accept=".json,application/json"
            onChange={({ currentTarget }) => open(currentTarget.files?.[0])}
          />
        </label>
      </header>
      <Problem error={error} />
      {family === undefined ? (
        <main class="drop">
          <h1>Drop an exported call here</h1>
          <p class="soft">
            A file <code>CA….legwork-call.json</code> from Export on the page of a call. It stays in this
            browser.
          </p>
        </main>
      ) : (
        <FamilyView family={family} sid={family.calls[0]?.sid ?? ''} place={place} />
      )}
    </div>
  );
}

function useDrop(open: (file: File | undefined) => void): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const dropped = (event: DragEvent) => {
      event.preventDefault();
      open(event.dataTransfer?.files[0]);
    };
    addEventListener('dragover', over);
    addEventListener('drop', dropped);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', dropped);
    };
  }, []);
}
