/** The door: one narrow column for signing in, and the sign beside it. */
import type { ComponentChildren } from "preact";
import { Foot, type FrameLink } from "./app_frame.tsx";
import { Brand, Mark } from "./brand.tsx";
import { SkipLink } from "./document.tsx";
import { SignOut } from "./sign_out.tsx";

export interface DoorProps {
  footLinks: FrameLink[];
  /** For someone who is signed in and belongs to no business. */
  signOutAction?: string;
  children: ComponentChildren;
}

export function Door({ footLinks, signOutAction, children }: DoorProps) {
  return (
    <>
      <SkipLink />
      <div class="grid lg:grid-cols-2 min-h-[calc(100vh-4.5rem)]">
        <div class="w-full max-w-column px-4 py-4 lg:px-8 lg:py-6 lg:mx-auto">
          <header>
            <Brand href="/" large />
          </header>
          <main id="main" class="pt-6 pb-8">
            <p role="status" class="sr-only"></p>
            {children}
            {signOutAction && <SignOut action={signOutAction} />}
          </main>
        </div>
        <aside aria-label="About Milepost" class="hidden lg:block m-4 p-2 rounded-door bg-sign text-on-sign">
          <div class="flex flex-col justify-between gap-6 h-full p-12 border-3 border-on-sign rounded-sign">
            <Mark width={72} onSign />
            <div>
              <div class="mb-6 text-display font-bold leading-tight tracking-figure">
                Every mile,<br />every penny,<br />explained.
              </div>
              <p class="text-lead font-semibold">Billing for fleets: from the trip to the paid invoice.</p>
            </div>
          </div>
        </aside>
      </div>
      <Foot links={footLinks} />
    </>
  );
}
