import { xml } from '@codemirror/lang-xml';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Text } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { basicSetup, EditorView } from 'codemirror';
import type { Finding } from './rcml.tsx';

export interface RcmlEditorView {
  close(): void;
}

interface RcmlEditorOptions {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly lint: (text: string) => Promise<readonly Finding[]>;
}

const LINT_AFTER_MS = 400;
const SEVERITIES = { error: 'error', warning: 'warning', note: 'info' } as const;

const COLOURS = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--doc)' },
  { tag: tags.attributeName, color: 'var(--cb)' },
  { tag: tags.attributeValue, color: 'var(--ok)' },
  { tag: tags.comment, color: 'var(--soft)' },
]);
const LOOK = EditorView.theme({
  '&': { backgroundColor: 'var(--card)', color: 'var(--ink)', fontSize: '12px' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--soft)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--sel)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--chip)' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', borderColor: 'var(--line)' },
});

/** Opens the editor in a part of the page. Its styles carry the page's nonce, because the policy allows no others. */
export function openRcmlEditor(parent: HTMLElement, options: RcmlEditorOptions): RcmlEditorView {
  const { text, onChange, lint } = options;
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      EditorView.cspNonce.of(pageNonce()),
      basicSetup,
      xml(),
      syntaxHighlighting(COLOURS),
      LOOK,
      lintGutter(),
      linter(
        async ({ state: { doc } }) => (await lint(doc.toString())).map((found) => diagnosticOf(found, doc)),
        {
          delay: LINT_AFTER_MS,
        },
      ),
      EditorView.contentAttributes.of({ 'aria-label': 'RCML' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
    ],
  });
  return {
    close: () => view.destroy(),
  };
}

function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}

/** The element that a finding points at: from its `<` to the end of the line. */
function diagnosticOf({ line, column, level, message }: Finding, doc: Text): Diagnostic {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const at = Math.min(from + Math.max(0, column - 1), to);
  return { from: at, to, severity: SEVERITIES[level], message };
}
