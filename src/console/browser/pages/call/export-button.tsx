import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { callFile } from '../../../data/call-file.ts';
import { maskFamily } from '../../../data/masking.ts';
import type { CallFamily } from '../../../data/resources.ts';
import { isoText } from '../../../data/times.ts';
import { buildLadder } from '../../../ladder/build.ts';
import type { Density } from '../../../ladder/ladder.ts';
import { mermaidOf } from '../../../ladder/mermaid.ts';
import { pictureOf } from '../../../ladder/shapes.ts';
import { svgText } from '../../../ladder/svg-text.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { CopyButton } from '../../parts/texts.tsx';
import { saveFile } from '../../platform/files.ts';

interface ExportProps {
  readonly family: CallFamily;
  readonly density: Density;
  readonly now: number;
  /** Where the call's SIP messages are as a capture file; undefined when it was not traced, or comes from a file. */
  readonly pcap: string | undefined;
}

const WIDTH = 1100;

/** The call as a file: a picture, Mermaid's text, or all of it to be opened again. Names and numbers are masked unless somebody wants them. */
export function ExportButton({ family, density, now, pcap }: ExportProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [isMasked, setMasked] = useState(true);
  const shown = isOpen && isMasked ? maskFamily(family) : family;
  const sid = family.calls[0]?.sid ?? 'call';
  const ladder = () => buildLadder(shown, { density, now });
  const title = `${shown.calls[0]?.from ?? ''} → ${shown.calls[0]?.to ?? ''}`;
  const json = () => callFile(shown, isoText(now), isMasked);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Export
      </button>
      {isOpen && (
        <Dialog title="Export this call" onClose={() => setOpen(false)}>
          <label class="check">
            <input
              type="checkbox"
              checked={isMasked}
              onChange={({ currentTarget }) => setMasked(currentTarget.checked)}
            />
            Numbers and names masked
          </label>
          <div class="exports">
            <button
              type="button"
              onClick={() =>
                saveFile(`${sid}.svg`, 'image/svg+xml', [svgText(pictureOf(ladder(), WIDTH), title)])
              }
            >
              Picture (SVG)
            </button>
            <button
              type="button"
              onClick={() => saveFile(`${sid}.legwork-call.json`, 'application/json', [json()])}
            >
              JSON
            </button>
            <CopyButton text={mermaidOf(ladder())}>Copy Mermaid text</CopyButton>
            {pcap !== undefined &&
              (isMasked ? (
                <button type="button" disabled title="A capture has numbers and names: untick the box above">
                  PCAP
                </button>
              ) : (
                <a class="button" href={pcap} download={`${sid}.pcap`}>
                  PCAP
                </a>
              ))}
          </div>
          <p class="soft">
            The JSON file can be dragged into <code>/console/open</code> of any Legwork, which shows the same
            ladder without this one.{pcap !== undefined && ' The PCAP file is for Wireshark and sngrep.'}
          </p>
        </Dialog>
      )}
    </>
  );
}
