import assert from 'node:assert/strict';
import { documentTo } from '../../../src/console/data/document-to.ts';

describe('Whom a caller from a queue is taken to', () => {
  it('is a document at a URL, or somebody who is dialled', () => {
    assert.deepEqual(documentTo(' https://app.example/agent '), { Url: 'https://app.example/agent' });
    assert.deepEqual(documentTo('client:bob'), { Rcml: '<Response><Dial>client:bob</Dial></Response>' });
    assert.deepEqual(documentTo('sip:a@b?X=1&Y="<2>"'), {
      Rcml: '<Response><Dial>sip:a@b?X=1&#38;Y=&#34;&#60;2&#62;&#34;</Dial></Response>',
    });
  });
});
