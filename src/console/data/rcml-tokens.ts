/** A piece of an RCML document, for colours. */
export interface RcmlToken {
  readonly kind: 'tag' | 'name' | 'value' | 'comment' | 'text';
  readonly text: string;
}

const PIECE =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>?|[^<]+/g;
const ATTRIBUTE = /([\w:.-]+)(\s*=\s*)("[^"]*"?|'[^']*'?)/g;

/** Cuts a document into coloured pieces that together are the document; it need not be well-formed. */
export function rcmlTokens(document: string): readonly RcmlToken[] {
  return [...document.matchAll(PIECE)].flatMap(([piece]): readonly RcmlToken[] => {
    if (/^<(?:!--|\?)/.test(piece)) return [{ kind: 'comment', text: piece }];
    if (piece.startsWith('<![CDATA[') || !piece.startsWith('<')) return [{ kind: 'text', text: piece }];
    return tagTokens(piece);
  });
}

function tagTokens(tag: string): readonly RcmlToken[] {
  const tokens: RcmlToken[] = [];
  let from = 0;
  for (const { 0: all, 1: name = '', 2: equals = '', 3: value = '', index } of tag.matchAll(ATTRIBUTE)) {
    if (index > from) tokens.push({ kind: 'tag', text: tag.slice(from, index) });
    tokens.push({ kind: 'name', text: name }, { kind: 'tag', text: equals }, { kind: 'value', text: value });
    from = index + all.length;
  }
  if (from < tag.length) tokens.push({ kind: 'tag', text: tag.slice(from) });
  return tokens;
}

/** The tokens line by line, as they are shown beside the linter's marks. */
export function rcmlLines(document: string): readonly (readonly RcmlToken[])[] {
  const lines: RcmlToken[][] = [[]];
  for (const { kind, text } of rcmlTokens(document)) {
    for (const [index, part] of text.split(/\r\n|\r|\n/).entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ kind, text: part });
    }
  }
  return lines;
}
