import type { Shape } from './shape.ts';
import { HEAD_HEIGHT, type Picture } from './shapes.ts';

/** The colours of an exported picture: those of the page on white paper. */
const STYLE = `
text{font:12px Inter,system-ui,sans-serif;fill:#1c2330}
.h{font-weight:600}.t,.s,.note{fill:#5b6576;font-size:11px}.label{font-size:11.5px}
.column{stroke:#e4e7ec}.ours{stroke-width:2}
.arrow{stroke-width:1.5;fill:none}.reply.arrow,.callback.arrow{stroke-dasharray:5 3}
.sip{stroke:#475467}.document,.reply{stroke:#1d4ed8}.callback{stroke:#7033d6}.bad.arrow,.bad.tip{stroke:#c4221a}
.tip{stroke:none}.sip.tip,.sip.label{fill:#475467}.document.tip,.document.label,.reply.tip,.reply.label{fill:#1d4ed8}
.callback.tip,.callback.label{fill:#7033d6}.bad.tip,.bad.label,.note.bad,.dot.bad{fill:#c4221a}
.note.warn,.mark.warn,.dot.warn{fill:#9a4a06}.label{stroke:none}.dot.plain{fill:#5b6576}
.span{stroke:none}.talk.span{fill:#0f9d58;fill-opacity:.12}.ring.span{fill:#b54708;fill-opacity:.14}
.media.span,.conference.span,.stream.span{fill:#2563eb;fill-opacity:.08}.talk.span-label{fill:#0b7a44}.media.span-label,.conference.span-label,.stream.span-label{fill:#1d4ed8}
.fold{stroke:#cfd4dc;stroke-dasharray:2 4}.fold-back{fill:#fff}
`.trim();

/** The picture as an SVG file of its own, which needs nothing else. */
export function svgText({ width, height, head, background, rows }: Picture, title: string): string {
  const body = [...background, ...rows.flatMap(({ shapes }) => shapes)].map(markup).join('');
  const all = height + HEAD_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${all}" viewBox="0 0 ${width} ${all}">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style>`,
    `<rect width="${width}" height="${all}" fill="#fff"/>`,
    head.map(markup).join(''),
    `<g transform="translate(0 ${HEAD_HEIGHT})">${body}</g></svg>\n`,
  ].join('\n');
}

function markup({ name, is, text, inside = [] }: Shape): string {
  const attributes = Object.entries(is).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${attributes.join('')}>${escaped(text ?? '')}${inside.map(markup).join('')}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** XML 1.0 has no way to write these, not even as a character reference. */
// oxlint-disable-next-line no-control-regex
const NO_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** Everything in a picture is somebody else's text. */
function escaped(text: string): string {
  return text.replace(NO_XML, '\uFFFD').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
