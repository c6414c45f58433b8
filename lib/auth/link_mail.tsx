/** The words of a mail with a link: to sign in, or to set a new password. Text and HTML, well under 20 KB. */
import { renderToString } from "preact-render-to-string";
import type { Letter, MailedLink } from "./account_mail.ts";

export interface LinkMail {
  purpose: MailedLink;
  name: string;
  url: string;
  /** How long the link works. */
  minutes: number;
}

const words: Record<MailedLink, { subject: string; ask: string; button: string; otherwise: string }> = {
  sign_in: {
    subject: "Your link to sign in to Milepost",
    ask: "Someone, we hope you, asked for a link to sign in to Milepost.",
    button: "Sign in to Milepost",
    otherwise: "If it was not you, do nothing. Nobody can sign in without this mail. Do not pass it on.",
  },
  reset: {
    subject: "Set a new password for Milepost",
    ask: "Someone, we hope you, asked to set a new password for Milepost.",
    button: "Set a new password",
    otherwise: "If it was not you, do nothing. Your password stays as it is. Do not pass this mail on.",
  },
};

export function writeLinkMail({ purpose, name, url, minutes }: LinkMail): Letter {
  const { subject, ask, button, otherwise } = words[purpose];
  const after = [`The link works once, for ${minutes} minutes.`, otherwise];
  return writeLetter({ subject, before: [`Hello ${name},`, ask], button, url, after });
}

export interface LetterWithLink {
  subject: string;
  /** Paragraphs above and below the link. */
  before: readonly string[];
  /** The words of the link, and the heading. */
  button: string;
  url: string;
  after: readonly string[];
}

/** A letter whose point is its one link, as text and as HTML. */
export function writeLetter({ subject, before, button, url, after }: LetterWithLink): Letter {
  const text = [...before, `${button}:`, url, ...after].join("\n\n") + "\n";
  const html = `<!DOCTYPE html>${
    renderToString(
      <html lang="en-GB">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width,initial-scale=1" />
          <title>{subject}</title>
        </head>
        <body style="margin:0;padding:24px;background:#fff;color:#111827;font:16px/1.5 Arial,Helvetica,sans-serif">
          <h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{button}</h1>
          {before.map((words) => <p key={words} style={paragraph}>{words}</p>)}
          <p style={paragraph}>
            <a href={url} style="color:#0a3a78;font-weight:bold">{button}</a>
          </p>
          {after.map((words) => <p key={words} style={paragraph}>{words}</p>)}
        </body>
      </html>,
    )
  }`;
  return { subject, text, html };
}

const paragraph = "margin:0 0 16px;max-width:38em";
