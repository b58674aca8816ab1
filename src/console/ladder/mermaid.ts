import { durationText } from '../data/times.ts';
import type { Column, Ladder, Row } from './ladder.ts';

const PARTICIPANTS: Readonly<Record<Column['kind'], 'actor' | 'participant'>> = {
  caller: 'actor',
  rest: 'actor',
  asterisk: 'participant',
  legwork: 'participant',
  server: 'participant',
  'stream-server': 'participant',
  callee: 'actor',
};

/** The ladder as Mermaid's text, for an issue or a wiki page. */
export function mermaidOf({ columns, rows, beganAt }: Ladder): string {
  const names = new Map(columns.map(({ id }, index) => [id, `c${index}`]));
  const lines = [
    ...columns.map(({ id, kind, title }) => `  ${PARTICIPANTS[kind]} ${names.get(id)} as ${plain(title)}`),
    ...rows.map((row) => `  ${lineOf(row, names, beganAt)}`),
  ];
  return `sequenceDiagram\n${lines.join('\n')}\n`;
}

function lineOf(row: Row, names: ReadonlyMap<string, string>, beganAt: number): string {
  const [first] = names.values();
  const last = [...names.values()].at(-1);
  switch (row.kind) {
    case 'arrow': {
      const dashed = row.look === 'callback' || row.look === 'reply';
      const note = row.note === undefined ? '' : ` (${row.note})`;
      const label = `+${((row.at - beganAt) / 1000).toFixed(3)} ${row.label}${note}`;
      return `${names.get(row.from)}${dashed ? '-->>' : '->>'}${names.get(row.to)}: ${plain(label)}`;
    }
    case 'mark':
      return `Note over ${names.get(row.column)}: ${plain(row.label)}`;
    case 'fold':
      return `Note over ${first},${last}: ${plain(row.label)} (${durationText(row.untilAt - row.at)})`;
    case 'now':
      return `Note over ${first},${last}: ${plain(row.label)}`;
  }
}

/** A text that Mermaid takes for nothing but a text: one line, its own signs as entities. */
function plain(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.replace(/[#;:<>{}%"`\\]/g, (sign) => `#${sign.charCodeAt(0)};`) || ' ';
}
