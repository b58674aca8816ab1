import assert from 'node:assert/strict';
import { compileVerbs, readVerbs } from '../../../support/compile-rcml.ts';

const stream = (attributes: string, inside = '') => `<Start><Stream ${attributes}>${inside}</Stream></Start>`;
/** What was read of the Streams in a Start. */
const streamsOf = (verbs: string) =>
  (readVerbs(verbs).verbs as [string, { children: { value: unknown }[] }][]).flatMap(([, { children }]) =>
    children.map(({ value }) => value as Readonly<Record<string, unknown>>),
  );
const first = (verbs: string) => streamsOf(verbs)[0];

describe('<Stream>', () => {
  it('has Twilio’s defaults', () => {
    const verbs = stream('url="wss://agent.test/x"');
    assert.deepEqual(streamsOf(verbs), [
      { url: 'wss://agent.test/x', track: 'inbound_track', parameters: {} },
    ]);
    assert.deepEqual(readVerbs(verbs).warnings, []);
  });

  it('reads every attribute and Parameter', () => {
    const attributes =
      'url="wss://u:p@agent.test/x?a=1#b" name="n" track="both_tracks" statusCallback="/s" statusCallbackMethod="GET"';
    const parameters =
      '<Parameter name="a" value="1"/><Parameter name="b" value=""/><Parameter name="a" value="2"/>';
    assert.deepEqual(first(stream(attributes, parameters)), {
      url: 'wss://u:p@agent.test/x?a=1',
      name: 'n',
      track: 'both_tracks',
      statusCallback: { url: 'http://app.test/s', method: 'GET' },
      parameters: { a: '2', b: '' },
    });
  });

  it('with a relative url goes to the host of the document', () => {
    assert.equal(first(stream('url="/agent"'))?.['url'], 'ws://app.test/agent');
    assert.equal(first(stream('url="//other.test/agent"'))?.['url'], 'ws://other.test/agent');
  });

  const REFUSED: readonly (readonly [attributes: string, code: number, warning: string])[] = [
    ['', 31922, '<Stream> has no url; it is skipped.'],
    [
      'url="https://a.test/"',
      31922,
      '<Stream> has a url of the scheme https:, not wss: or ws:; it is skipped.',
    ],
    ['url="wss://"', 31923, '<Stream> has a url that is not a URL; it is skipped.'],
    ['url="wss://a b.test/"', 31923, '<Stream> has a url that is not a URL; it is skipped.'],
  ];
  for (const [attributes, code, warning] of REFUSED) {
    it(`is skipped with ${code}: ${attributes === '' ? 'no url' : attributes}`, () => {
      const { verbs, warnings } = compileVerbs(stream(attributes));
      assert.equal(verbs.length, 0);
      const [about] = warnings.filter(({ element }) => element === 'Stream');
      assert.deepEqual([about?.errorCode, about?.message.replace(/^Line.*?: /, '')], [code, warning]);
    });
  }

  it('warns of what it ignores', () => {
    const long = 'x'.repeat(496);
    const { warnings } = readVerbs(
      stream(
        'url="wss://a.test/" connectorName="c" track="left" name="" more="1"',
        `<Parameter name="long" value="${long}"/><Parameter value="1"/><Say>x</Say>`,
      ),
    );
    assert.equal(warnings.length, 7, warnings.join('\n'));
  });
});

describe('<Start>, <Stop> and <Connect>', () => {
  const URL = 'url="wss://a.test/"';

  it('are skipped with nothing in them that can be done', () => {
    for (const verb of ['Start', 'Stop', 'Connect']) {
      assert.deepEqual(readVerbs(`<${verb}/>`).verbs, []);
      assert.equal(readVerbs(`<${verb}/>`).warnings.length, 1);
    }
    assert.deepEqual(readVerbs('<Stop><Stream/></Stop>').verbs, []);
  });

  it('Start skips what it does not support, and keeps the rest', () => {
    const verbs = `<Start><Transcription/><Stream ${URL}/><Siprec/><Stream ${URL}/></Start>`;
    const { warnings } = readVerbs(verbs);
    assert.equal(streamsOf(verbs).length, 2);
    assert.deepEqual(warnings, [
      '<Transcription> is not known inside <Start>; it is skipped.',
      '<Siprec> is not known inside <Start>; it is skipped.',
    ]);
  });

  it('Connect takes one Stream of what the caller says', () => {
    const { verbs, warnings } = readVerbs(
      `<Connect action="/x"><Stream ${URL} track="both_tracks"/><Stream ${URL}/><ConversationRelay/></Connect>`,
    );
    const stream = { url: 'wss://a.test/', track: 'inbound_track', parameters: {} };
    assert.deepEqual(verbs, [['Connect', { action: 'http://app.test/x', method: 'POST', stream }]]);
    assert.deepEqual(warnings.length, 3);
    const codes = compileVerbs(`<Connect><Stream ${URL} track="both_tracks"/></Connect>`).warnings;
    assert.deepEqual(
      codes.map(({ errorCode }) => errorCode),
      [31941],
    );
  });

  it('Stop names streams', () => {
    const { verbs } = readVerbs('<Stop><Stream name="a"/><Stream name="b"/></Stop>');
    const [[, stop] = []] = verbs as [string, { children: { value: unknown }[] }][];
    assert.deepEqual(
      stop?.children.map(({ value }) => value),
      ['a', 'b'],
    );
  });
});
