/** Money and other figures as they are shown: tabular, with a true minus, and able to wrap where a line is short. */

/** Hyphens that mean minus become a true minus (U+2212). */
export function trueMinus(text: string): string {
  return text.replace(/(^|[\s(£$€])-(?=[\d£$€A-Z])/g, "$1−");
}

/** Seven figures are wider than a phone at 44 px: they may break after a thousands separator. */
function breakable(text: string) {
  if (text.length <= 10) return text;
  return text.split(/(?<=[.,\u00a0\u202f](?=\d{3}))/).map((part, index) =>
    index === 0 ? part : [<wbr key={index} />, part]
  );
}

export interface FigureProps {
  /** Formatted, with its currency sign: "£4,270.84". */
  value: string;
}

/** The one large figure of a page, with its label above. */
export function PageFigure({ label, value }: FigureProps & { label: string }) {
  return (
    <div class="min-w-0">
      <p class="text-label text-ink-2">{label}</p>
      <div class="text-figure font-bold leading-tight tracking-figure tabular-nums">
        {breakable(trueMinus(value))}
      </div>
    </div>
  );
}

/** The figure of a tile. */
export function TileFigure({ value }: FigureProps) {
  return (
    <div class="mt-2 text-tile font-bold leading-snug tracking-figure tabular-nums">
      {breakable(trueMinus(value))}
    </div>
  );
}
