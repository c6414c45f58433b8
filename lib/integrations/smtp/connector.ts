/** Messages by a mail server. */
import MailComposer from "nodemailer/lib/mail-composer";
import type { MessagePort } from "../port.ts";
import { handOver, SmtpError } from "./client.ts";
import { accepted, letterOf, refused, serverOf } from "./translate.ts";

export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://host`. */
  url: string;
  /** The address that messages come from. */
  from: string;
}

export function smtpConnector({ url, from }: SmtpSettings): MessagePort {
  const server = serverOf(url);
  return {
    id: "smtp",
    async deliver(message) {
      const letter = await new MailComposer(letterOf(message, from)).compile().build();
      try {
        return accepted(await handOver(server, { from, to: message.recipient }, letter));
      } catch (error) {
        if (!(error instanceof SmtpError)) throw error;
        return refused(error);
      }
    },
  };
}
