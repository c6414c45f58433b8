/** A page made for paper: on screen a plain sheet with the way back, on paper letter, content and running foot. */
import type { ComponentChildren } from "preact";
import { TapLink } from "../ui/link.tsx";
import { SkipLink } from "./document.tsx";
import { SignOut } from "./sign_out.tsx";

export interface PaperProps {
  /** The way back to the page on screen. */
  back: { label: string; href: string };
  /** Repeated at the foot of every sheet: "INV-2026-1731, Calder Fleet Services Ltd". */
  runningFoot: string;
  signOutAction: string;
  children: ComponentChildren;
}

export function Paper({ back, runningFoot, signOutAction, children }: PaperProps) {
  return (
    <>
      <SkipLink />
      <header class="flex flex-wrap items-center gap-x-6 px-4 py-2 border-b border-line screen-only">
        <TapLink href={back.href}>{back.label}</TapLink>
        <p class="text-label text-ink-2">
          Print this page from the menu of your browser.
        </p>
        <SignOut action={signOutAction} />
      </header>
      <main id="main" class="paper" data-running-foot={runningFoot}>
        <p role="status" class="sr-only"></p>
        {children}
      </main>
    </>
  );
}

export interface Party {
  name: string;
  /** Address and registrations, one line each. */
  lines: string[];
}

/** Sender and receiver, placed for a window envelope. */
export function LetterHead({ seller, buyer }: { seller: Party; buyer: Party }) {
  return (
    <div class="letter mb-6">
      <address class="buyer not-italic">
        <Lines {...buyer} />
      </address>
      <div class="seller">
        <Lines {...seller} />
      </div>
    </div>
  );
}

function Lines({ name, lines }: Party) {
  return (
    <>
      <p class="font-semibold">{name}</p>
      {lines.map((line) => <p key={line}>{line}</p>)}
    </>
  );
}
