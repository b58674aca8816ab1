import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Modules around it that stay empty, so that it is found (ISO/IEC 18004: four). */
const MARGIN = 4;

interface Drawn {
  readonly size: number;
  readonly path: string;
}

/** A text as a QR code, made in this browser. */
export function QrCode({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): JSX.Element | null {
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    let isCurrent = true;
    // Loaded when it is needed; without it there are the words beside it.
    import('uqr').then(
      ({ encode }) => {
        const { size, data } = encode(text, { ecc: 'M', border: MARGIN });
        if (isCurrent) setDrawn({ size, path: pathOf(data) });
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [text]);
  if (drawn === undefined) return null;
  return (
    <svg class="qr" viewBox={`0 0 ${drawn.size} ${drawn.size}`} role="img" aria-label={label}>
      <path d={drawn.path} />
    </svg>
  );
}

function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
}
