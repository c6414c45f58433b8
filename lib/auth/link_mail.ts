/** The words of a mail with a link: to sign in, or to set a new password. */
import type { MailedLink } from "./account_mail.ts";
import { type Letter, writeLetter } from "./letter.tsx";

export interface LinkMail {
  purpose: MailedLink;
  name: string;
  url: string;
  /** How long the link works. */
  minutes: number;
}

const words: Record<MailedLink, { subject: string; ask: string; label: string; otherwise: string }> = {
  sign_in: {
    subject: "Your link to sign in to Milepost",
    ask: "Someone, we hope you, asked for a link to sign in to Milepost.",
    label: "Sign in to Milepost",
    otherwise: "If it was not you, do nothing. Nobody can sign in without this mail. Do not pass it on.",
  },
  reset: {
    subject: "Set a new password for Milepost",
    ask: "Someone, we hope you, asked to set a new password for Milepost.",
    label: "Set a new password",
    otherwise: "If it was not you, do nothing. Your password stays as it is. Do not pass this mail on.",
  },
};

export function writeLinkMail({ purpose, name, url, minutes }: LinkMail): Letter {
  const { subject, ask, label, otherwise } = words[purpose];
  return writeLetter({
    subject,
    heading: label,
    paragraphs: [`Hello ${name},`, ask],
    url,
    after: [`The link works once, for ${minutes} minutes.`, otherwise],
  });
}
