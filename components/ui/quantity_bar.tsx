/** A bar of one quantity, with what lies over a bound hatched; every number on it is also in words. */

export interface QuantityBarProps {
  id: string;
  title: string;
  /** All numbers of the bar in one sentence. */
  description: string;
  /** Where the bound lies, 0 to 100; 100 when nothing is over it. */
  withinPercent: number;
  /** At the bound: "In the pool 5,645.16". Left out when there is no bound. */
  boundLabel?: string;
  /** Under the bar: the unit at the start, the sum at the end. */
  unit: string;
  endLabel: string;
}

export function QuantityBar(
  { id, title, description, withinPercent, boundLabel, unit, endLabel }: QuantityBarProps,
) {
  const bound = `${Math.min(100, Math.max(0, withinPercent))}%`;
  const over = 100 - withinPercent;
  return (
    <figure class="mt-4">
      <svg class="chart" role="img" aria-labelledby={`${id}-title ${id}-description`}>
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-description`}>{description}</desc>
        <defs>
          <pattern
            id={`${id}-over`}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path class="hatch" d="M0 0v6" />
          </pattern>
        </defs>
        {boundLabel && (
          <text
            x={bound}
            y="1.1em"
            dx={withinPercent < 50 ? "6" : "-6"}
            text-anchor={withinPercent < 50 ? "start" : "end"}
          >
            {boundLabel}
          </text>
        )}
        <rect class="ours" x="0" y="1.8em" width={bound} height="1.7em" />
        {over > 0 && (
          <rect
            class="over"
            fill={`url(#${id}-over)`}
            x={bound}
            y="1.8em"
            width={`${over}%`}
            height="1.7em"
          />
        )}
        {boundLabel && <line class="edge" x1={bound} x2={bound} y1=".3em" y2="4.1em" />}
        <text class="unit" x="0" y="5.1em">{unit}</text>
        <text x="100%" y="5.1em" text-anchor="end">{endLabel}</text>
      </svg>
    </figure>
  );
}
