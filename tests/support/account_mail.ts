/** Mail to people about their account, as a test reads it: sent through a mail server, and the link that is in it. */
import { sendNextMail } from "../../jobs/account_mailer.ts";
import type { Environment } from "../../lib/core/command.ts";
import { smtpConnector } from "../../lib/integrations/smtp/connector.ts";
import { noteSecret } from "./noted_secrets.ts";
import type { ReceivedMail, SmtpServer } from "./smtp_server.ts";

/** Settings with which pages offer mail. */
export function mailSettings(server: SmtpServer): Record<string, string> {
  return { MILEPOST_SMTP_URL: server.url, MILEPOST_MAIL_FROM: "milepost@calder.example" };
}

/** Sends all that is due, and gives the mails that the server took. */
export async function sendMail(environment: Environment, server: SmtpServer): Promise<ReceivedMail[]> {
  const before = server.accepted.length;
  const port = smtpConnector({ url: server.url, from: "milepost@calder.example" });
  while (await sendNextMail(environment, port));
  return server.accepted.slice(before);
}

/** The words of a mail, decoded from quoted-printable (RFC 2045, section 6.7). */
export function wordsOfMail({ source }: ReceivedMail): string {
  return source.replace(/=\r\n/g, "").replace(
    /=([0-9A-F]{2})/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  );
}

/** Sends all that is due, and gives the paths of the links to sign in that are in it. */
export async function mailedLinks(environment: Environment, server: SmtpServer): Promise<string[]> {
  const mails = await sendMail(environment, server);
  const links = mails.flatMap((mail) => wordsOfMail(mail).match(/\/sign-in\/link\/[\w-]{43}/) ?? []);
  for (const link of links) noteSecret(link.split("/").at(-1)!);
  return links;
}
