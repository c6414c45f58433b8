/** From page to page by cursor: which rows these are, and the way to the ones before and after. */
import { ButtonLink } from "./button.tsx";

export interface PaginationProps {
  /** "Rows 1–25 of 1,976". */
  summary: string;
  /** "Previous 25 invoices". */
  previous?: { label: string; href: string };
  next?: { label: string; href: string };
}

/** "Lines 26–50 of 1,000". */
export function rowsShown(noun: string, after: number, last: number, count: number): string {
  return `${noun} ${after + 1}–${last} of ${count.toLocaleString("en-GB")}`;
}

export function Pagination({ summary, previous, next }: PaginationProps) {
  return (
    <nav aria-label="Pages" class="flex flex-wrap items-center justify-between gap-3 py-4">
      <p class="tabular-nums">{summary}</p>
      <div class="flex flex-wrap gap-3">
        {previous && <ButtonLink href={previous.href}>{previous.label}</ButtonLink>}
        {next && <ButtonLink href={next.href}>{next.label}</ButtonLink>}
      </div>
    </nav>
  );
}
