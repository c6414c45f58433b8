/** Which connector serves which port, by the settings. */
import type { Config } from "../core/config.ts";
import { outboxConnector } from "./outbox/connector.ts";
import type { MessagePort } from "./port.ts";
import { smtpConnector } from "./smtp/connector.ts";

/** The mail server of the settings, or the outbox where none is set. */
export function messagePort({ smtpUrl, mailFrom }: Pick<Config, "smtpUrl" | "mailFrom">): MessagePort {
  return smtpUrl && mailFrom ? smtpConnector({ url: smtpUrl, from: mailFrom }) : outboxConnector;
}
