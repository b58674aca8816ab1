import type { JSX } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ConsoleContext } from '../console-context.ts';
import type { Finding } from './rcml.tsx';
import type { RcmlEditorView } from './rcml-editor-view.ts';

interface RcmlEditorProps {
  /** What is there at first; afterwards the editor has its own. */
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** A document to write, which the linter reads meanwhile. Until the editor has been loaded it is a plain field. */
export function RcmlEditor({ text, onChange }: RcmlEditorProps): JSX.Element {
  const api = useContext(ConsoleContext)?.api;
  const place = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    let opened: RcmlEditorView | undefined;
    let isGone = false;
    const lint = async (document: string): Promise<readonly Finding[]> => {
      if (api === undefined || document.trim() === '') return [];
      const reply = await api
        .post<{ problems: readonly Finding[] }>('/RcmlLint', { Rcml: document })
        .catch(() => undefined);
      return reply?.problems ?? [];
    };
    void import('./rcml-editor-view.ts').then(({ openRcmlEditor }) => {
      if (isGone || place.current === null) return;
      opened = openRcmlEditor(place.current, { text, lint, onChange: (changed) => change.current(changed) });
      setOpen(true);
    });
    return () => {
      isGone = true;
      opened?.close();
    };
  }, [api]);
  return (
    <div class="editor" ref={place}>
      {!isOpen && (
        <textarea
          class="mono"
          rows={12}
          aria-label="RCML"
          spellcheck={false}
          defaultValue={text}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </div>
  );
}
