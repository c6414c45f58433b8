/** The shapes of Milepost, each with one meaning; a page carries only the ones it shows. */

/**
 * Octagon = stop, triangle = look, diamond = decide, circle = running or done, dashed square = draft; filled = final.
 * `--cut` is the ground that shows through a filled shape.
 */
const shapes = {
  due: `<circle cx="8" cy="8" r="6.5"/><path d="M8 4.5V8l2.4 1.6"/>`,
  part_paid: `<circle cx="8" cy="8" r="6.5"/><path fill="currentColor" d="M8 1.5a6.5 6.5 0 0 0 0 13z"/>`,
  paid:
    `<circle fill="currentColor" cx="8" cy="8" r="7"/><path stroke="var(--cut,var(--paper))" d="m4.8 8.2 2.2 2.2 4.2-4.6"/>`,
  void: `<circle cx="8" cy="8" r="6.5"/><path d="M4.5 8h7"/>`,
  info: `<circle cx="8" cy="8" r="6.5"/><path d="M8 7.4v3.8M8 4.7v.1"/>`,
  overdue:
    `<path fill="currentColor" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/><path stroke="var(--cut,var(--paper))" d="M8 4.4v4.2M8 11.4v.1"/>`,
  failed:
    `<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/><path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8"/>`,
  approve: `<path d="M8 1l7 7-7 7-7-7z"/><path d="m5.4 8.1 1.9 1.9 3.3-3.6"/>`,
  look: `<path d="M8 1.6 15 14H1z"/><path d="M8 6v3.6M8 11.9v.1"/>`,
  draft: `<path stroke-dasharray="2.6 2.2" d="M2.5 2h11v12h-11z"/>`,
  add: `<path d="M8 2.5v11M2.5 8h11"/>`,
  close: `<path d="m3.5 3.5 9 9m0-9-9 9"/>`,
  download: `<path d="M8 2v8.5M4.5 7 8 10.5 11.5 7M2.5 14h11"/>`,
  key: `<circle cx="5" cy="8" r="3.2"/><path d="M8.2 8H15v2.6M12 8v2"/>`,
  mail: `<path d="M1.5 3.5h13v9h-13zM1.5 4.5 8 9l6.5-4.5"/>`,
  print: `<path d="M4.5 5.5v-4h7v4M4.5 11.5h-3v-6h13v6h-3M4.5 9.5h7v5h-7z"/>`,
  switch: `<path d="m4.5 6 3.5-3.5L11.5 6M4.5 10 8 13.5l3.5-3.5"/>`,
} as const;

export type IconName = keyof typeof shapes;

/** A shape beside the word that says the same; never alone. */
export function Icon({ name, class: extra }: { name: IconName; class?: string }) {
  return (
    <svg class={extra ? `icon ${extra}` : "icon"} viewBox="0 0 16 16" aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** The sprite with the symbols that this page shows, or an empty string. */
export function spriteFor(html: string): string {
  const used = Object.entries(shapes).filter(([name]) => html.includes(`href="#i-${name}"`));
  if (used.length === 0) return "";
  const symbols = used.map(([name, shape]) => `<symbol id="i-${name}" viewBox="0 0 16 16">${shape}</symbol>`);
  return `<svg width="0" height="0" aria-hidden="true">${symbols.join("")}</svg>`;
}
