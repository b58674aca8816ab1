import assert from 'node:assert/strict';
import { lint } from '../../../src/rcml/lint/lint.ts';
import { decodeDocument } from '../../../src/rcml/lint/lint-encoding.ts';

const TEXT = '<Response><Say>Grüße</Say></Response>';
const LATIN1 = Buffer.from(`<Response>\n <Say>Grü\xdfe</Say></Response>`, 'latin1');
const bytes = (...parts: (string | number[] | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('The bytes of a document', () => {
  const read: readonly (readonly [title: string, bytes: Uint8Array, charset?: string])[] = [
    ['UTF-8', bytes(TEXT)],
    ['UTF-8 with a byte order mark', bytes([0xef, 0xbb, 0xbf], TEXT)],
    ['UTF-16 little-endian with a byte order mark', bytes([0xff, 0xfe], Buffer.from(TEXT, 'utf16le'))],
    ['UTF-16 big-endian with a byte order mark', bytes([0xfe, 0xff], utf16be(TEXT))],
    ['ISO-8859-1 with a Content-Type that says so', Buffer.from(TEXT, 'latin1'), 'ISO-8859-1'],
    [
      'ISO-8859-1 with an XML declaration that says so',
      Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${TEXT}`, 'latin1'),
    ],
    ['UTF-8 under a charset that nobody knows', bytes(TEXT), 'utf-99'],
    ['a U+FFFD that its author wrote', bytes(TEXT.replace('ü', '\uFFFD'))],
  ];
  for (const [title, document, charset] of read) {
    it(`are read as ${title}`, () => {
      const { text, findings } = decodeDocument(document, charset);
      assert.deepEqual(findings, []);
      assert.deepEqual(lint({ text, contentType: 'text/xml' }), []);
      assert(/Gr[ü\uFFFD]ße/.test(text), text);
    });
  }

  const ZEROES = 'The document is UTF-16 or UTF-32 without a byte order mark; save it as UTF-8.';
  const noUtf8 = (byte: string) =>
    `The byte 0x${byte} here is not UTF-8 (is the document ISO-8859-1?); a call reads it as \uFFFD. Save the document as UTF-8.`;
  const overruled = (name: string) =>
    `The XML declaration says ${name}, but the document is read as UTF-8: a byte order mark and the charset of the Content-Type come first, and an encoding that is unknown or impossible counts as UTF-8.`;
  const complained: readonly (readonly [
    title: string,
    bytes: Uint8Array,
    level: string,
    place: string,
    message: string,
  ])[] = [
    ['UTF-16 little-endian without a mark', Buffer.from(TEXT, 'utf16le'), 'error', '1:1', ZEROES],
    ['UTF-16 big-endian without a mark', utf16be(TEXT), 'error', '1:1', ZEROES],
    ['ISO-8859-1 without a charset', LATIN1, 'warning', '2:9', noUtf8('FC')],
    [
      'a byte order mark and then ISO-8859-1',
      bytes([0xef, 0xbb, 0xbf], '<Response>\xe4', [0xe4]),
      'warning',
      '1:12',
      noUtf8('E4'),
    ],
    ['a U+FFFD and then ISO-8859-1', bytes('<Say>\uFFFD', [0xe4]), 'warning', '1:7', noUtf8('E4')],
    ['UTF-8 that is cut off in a character', bytes('<Say>', [0xc3]), 'warning', '1:6', noUtf8('C3')],
    [
      'an XML declaration that says what it cannot be',
      bytes('<?xml version="1.0" encoding="utf-16"?><Response/>'),
      'warning',
      '1:1',
      overruled('utf-16'),
    ],
    [
      'an XML declaration that nobody knows',
      bytes('<?xml version="1.0" encoding="x-mine"?><Response/>'),
      'warning',
      '1:1',
      overruled('x-mine'),
    ],
  ];
  for (const [title, document, level, place, message] of complained) {
    it(`are complained about with ${title}`, () => {
      const { findings } = decodeDocument(document);
      assert.deepEqual(
        findings.map((found) => [found.level, `${found.line}:${found.column}`, found.message]),
        [[level, place, message]],
      );
    });
  }

  it('are complained about with a Content-Type that overrules the XML declaration', () => {
    const document = bytes('<?xml version="1.0" encoding="ISO-8859-1"?><Response/>');
    assert.deepEqual(
      decodeDocument(document, 'utf-8').findings.map(({ message }) => message),
      [overruled('ISO-8859-1')],
    );
  });
});
