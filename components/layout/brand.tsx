/** The milestone, mark of the product; the words beside it are the link's name. */

export function Mark({ width, onSign }: { width: number; onSign?: boolean }) {
  return (
    <svg
      width={width}
      height={Math.round(width * 28 / 24)}
      viewBox="0 0 24 28"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d="M3 27V11a9 9 0 0 1 18 0v16z" />
      <path d="M3 12v-1a9 9 0 0 1 18 0v1z" fill={onSign ? "currentColor" : "var(--blue)"} />
      <path d="M8 17.5h8M8 22h5M0 27h24" />
    </svg>
  );
}

export function Brand({ href, large }: { href: string; large?: boolean }) {
  return (
    <a
      href={href}
      class="inline-flex items-center gap-2 min-h-tap lg:w-[12.25rem] text-[1.25rem] font-bold tracking-title text-ink no-underline hover:text-ink hover:underline"
    >
      <Mark width={large ? 27 : 24} />
      Milepost
    </a>
  );
}
