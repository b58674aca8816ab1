import type { JSX } from 'preact';

const WIDTH = 96;
const HEIGHT = 20;

/** How often something happened in each of the last hours, the present one last. */
export function Sparkline({ hours }: { readonly hours: readonly number[] }): JSX.Element {
  const most = Math.max(1, ...hours);
  const bar = WIDTH / Math.max(1, hours.length);
  return (
    <svg
      class="sparkline"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`In each of the last ${hours.length} hours: ${hours.join(', ')}`}
    >
      {hours.map((count, index) => {
        const height = count === 0 ? 1 : Math.max(2, (count / most) * HEIGHT);
        return <rect key={index} x={index * bar} y={HEIGHT - height} width={bar - 1} height={height} />;
      })}
    </svg>
  );
}
