/** How far a message got, as a shape and a word, and when no mail server takes it. */
import { Badge, type BadgeState } from "../../../../components/ui/badge.tsx";
import type { Config } from "../../../../lib/core/config.ts";
import type { MessageState } from "../../../../db/schema.ts";
import { milepostError } from "../../../../lib/core/errors.ts";

const badges: Record<MessageState, { state: BadgeState; word: string }> = {
  queued: { state: "running", word: "Waiting" },
  sending: { state: "running", word: "Being sent" },
  sent: { state: "done", word: "Sent" },
  kept: { state: "done", word: "Kept here" },
  failed: { state: "failed", word: "Not sent" },
  uncertain: { state: "look", word: "Perhaps sent" },
};

export function MessageBadge({ state }: { state: MessageState }) {
  const { state: badge, word } = badges[state];
  return <Badge state={badge}>{word}</Badge>;
}

/** The outbox is a page of development: where a mail server is set, messages are read in the mail. Throws `NotFound`. */
export function requireOutbox({ smtpUrl }: Config): void {
  if (smtpUrl === undefined) return;
  throw milepostError("NotFound", {
    message: "There is no outbox, because a mail server carries the messages. The invoice says what it sent.",
  });
}

export const outboxTrail = [{ label: "Home", href: "/" }, { label: "Outbox", href: "/outbox" }];
