/** A QR code (ISO/IEC 18004) as a picture: black on white in every colour scheme, so that cameras read it. */
import { encode } from "uqr";

export interface QrCodeProps {
  text: string;
  /** Says in words what is in it. */
  label: string;
  /** How much of it may be unreadable: 7 % (`L`) or 15 % (`M`). */
  correction?: "L" | "M";
}

export function QrCode({ text, label, correction = "L" }: QrCodeProps) {
  const { data, size } = encode(text, { border: 4, ecc: correction });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width="232"
      height="232"
      shape-rendering="crispEdges"
      class="block max-w-full h-auto mb-4"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={data.map(darkRuns).join("")} />
    </svg>
  );
}

/** One row as rectangles of dark cells that touch. */
function darkRuns(row: boolean[], y: number): string {
  const cells = row.map((isDark) => isDark ? "1" : "0").join("");
  return [...cells.matchAll(/1+/g)].map(({ index, 0: { length } }) =>
    `M${index} ${y}h${length}v1h-${length}z`
  )
    .join("");
}
