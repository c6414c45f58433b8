/** Figures in columns, ruled, not boxed: shape and name, figure, one line, one link that says the result. */
import { TileFigure } from "./figure.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { TapLink } from "./link.tsx";

export interface Tile {
  name: string;
  icon: IconName;
  /** Painted only if it needs a person. */
  tone: "plain" | "info" | "warn" | "bad";
  /** Formatted: "£412,906.18", "12 rows". */
  figure: string;
  note: string;
  /** "Chase 17 overdue invoices"; left out when there is nothing to do. */
  link?: { label: string; href: string };
}

const frame = "flex flex-col pt-3 pb-2 border-t-4";
const bars = {
  plain: `${frame} border-edge`,
  info: `${frame} border-blue`,
  warn: `${frame} border-warn`,
  bad: `${frame} border-bad`,
};
const name = "flex items-center gap-2 text-base";
const names = {
  plain: `${name} text-ink`,
  info: `${name} text-blue`,
  warn: `${name} text-warn`,
  bad: `${name} text-bad`,
};

export function Tiles({ label, tiles }: { label: string; tiles: Tile[] }) {
  return (
    <section aria-label={label} class="grid xs:grid-cols-2 xl:grid-cols-4 gap-x-6 border-b border-line">
      {tiles.map((tile) => (
        <div key={tile.name} class={bars[tile.tone]}>
          <h2 class={names[tile.tone]}>
            <Icon name={tile.icon} />
            {tile.name}
          </h2>
          <TileFigure value={tile.figure} />
          <p class="text-label text-ink-2">{tile.note}</p>
          {tile.link && <TapLink href={tile.link.href}>{tile.link.label}</TapLink>}
        </div>
      ))}
    </section>
  );
}
