import type { JSX } from 'preact';
import { numberIn, textIn } from '../../../data/line-data.ts';
import type { CallEvent } from '../../../data/resources.ts';
import { Facts } from '../../parts/facts.tsx';
import { CopyButton } from '../../parts/texts.tsx';

/** A SIP message: from where to where, and its whole text. */
export function SipText({ line: { data } }: { readonly line: CallEvent }): JSX.Element {
  const content = textIn(data, 'content') ?? '';
  const omitted = numberIn(data, 'omitted_before') ?? 0;
  return (
    <>
      <Facts
        pairs={[
          ['From', textIn(data, 'source') ?? ''],
          ['To', textIn(data, 'destination') ?? ''],
          ['Transport', textIn(data, 'transport') ?? ''],
          ['Call-ID', textIn(data, 'sip_call_id') ?? ''],
        ]}
      />
      {omitted > 0 && (
        <p class="soft">
          {omitted.toLocaleString('en')} messages before it were left out, because there were too many.
        </p>
      )}
      <h3>Message</h3>
      <pre class="sip-text" tabIndex={0}>
        {content.replaceAll('\r\n', '\n').trimEnd()}
      </pre>
      <CopyButton text={content}>Copy message</CopyButton>
      {content.includes('***') && (
        <p class="soft">Where *** stands, Legwork keeps no more: passwords, keys and digits.</p>
      )}
    </>
  );
}
