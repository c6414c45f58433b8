/** How pages speak of a request to erase someone. */
import { Day } from "../../../../components/ui/date.tsx";
import type { PrivacyRequest } from "../../../../lib/privacy/views.ts";

export const privacyTrail = [{ label: "Home", href: "/" }, { label: "Privacy", href: "/privacy" }];

const states: Record<PrivacyRequest["state"], string> = {
  accepted: "being erased",
  restricted: "erased but for documents",
  done: "erased",
};

export function stateWords({ state }: PrivacyRequest): string {
  return states[state];
}

/** "a customer", "a member". */
export function subjectWords({ subject }: PrivacyRequest): string {
  return subject === "customer" ? "A customer" : "A member";
}

export function RequestedOn({ at }: { at: Temporal.Instant }) {
  return <Day date={at.toZonedDateTimeISO("UTC").toPlainDate().toString()} />;
}
