/** The head of a page: where you are, its name, one sentence of state, then what you can do, or the one figure. */
import type { ComponentChildren } from "preact";
import { Actions } from "./button.tsx";
import { PageFigure } from "./figure.tsx";

export interface Crumb {
  label: string;
  href: string;
}

const crumb = "tap text-ink-2 hover:text-ink-2";

/** The way here, each step a link, the page itself last. */
export function Breadcrumb({ trail, here }: { trail: Crumb[]; here: string }) {
  return (
    <nav aria-label="You are here" class="screen-only">
      <ol class="crumbs flex flex-wrap gap-x-2 text-label text-ink-2">
        {trail.map(({ label, href }) => (
          <li key={href} class="inline-flex items-center">
            <a href={href} class={crumb}>{label}</a>
          </li>
        ))}
        <li class="inline-flex items-center min-h-tap">
          <span aria-current="page">{here}</span>
        </li>
      </ol>
    </nav>
  );
}

export interface PageHeaderProps {
  /** Left out on Home and sign-in. */
  trail?: Crumb[];
  /** The last step of the breadcrumb; the title if left out. */
  here?: string;
  title: string;
  /** Whom or what the page is about: a link to the customer. */
  subject?: ComponentChildren;
  /** One sentence of state, or a badge. */
  state?: ComponentChildren;
  /** Buttons, primary first. */
  actions?: ComponentChildren;
  /** The one large figure of the page. */
  figure?: { label: string; value: string };
}

export function PageHeader({ trail, here, title, subject, state, actions, figure }: PageHeaderProps) {
  return (
    <>
      {trail && <Breadcrumb trail={trail} here={here ?? title} />}
      <div class="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 mb-6">
        <div class="min-w-0">
          <h1 class="mb-2 text-title tracking-title">{title}</h1>
          {subject && <p class="text-lead">{subject}</p>}
          {state && <div class="max-w-prose text-ink-2">{state}</div>}
        </div>
        {figure && <PageFigure {...figure} />}
        {actions && !figure && <Actions>{actions}</Actions>}
      </div>
      {actions && figure && (
        <div class="mb-6">
          <Actions>{actions}</Actions>
        </div>
      )}
    </>
  );
}
