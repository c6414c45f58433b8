/** Keeps messages where they were written: for development, and wherever no mail server is set. */
import type { MessagePort } from "../port.ts";

export const outboxConnector: MessagePort = {
  id: "outbox",
  deliver: () => Promise.resolve({ outcome: "kept" }),
};
