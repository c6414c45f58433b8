/** A short letter about an account, as text and as HTML, well under 20 KB. */
import { renderToString } from "preact-render-to-string";

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

export interface LetterWords {
  subject: string;
  heading: string;
  paragraphs: readonly string[];
  /** Has the words of the heading, and stands below the paragraphs. */
  url?: string;
  /** Paragraphs below the link. */
  after?: readonly string[];
}

export function writeLetter({ subject, heading, paragraphs, url, after = [] }: LetterWords): Letter {
  const text = [...paragraphs, ...(url ? [`${heading}:`, url] : []), ...after].join("\n\n") + "\n";
  const html = `<!DOCTYPE html>${
    renderToString(
      <html lang="en-GB">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width,initial-scale=1" />
          <title>{subject}</title>
        </head>
        <body style="margin:0;padding:24px;background:#fff;color:#111827;font:16px/1.5 Arial,Helvetica,sans-serif">
          <h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{heading}</h1>
          {paragraphs.map((words) => <p key={words} style={paragraph}>{words}</p>)}
          {url && (
            <p style={paragraph}>
              <a href={url} style="color:#0a3a78;font-weight:bold">{heading}</a>
            </p>
          )}
          {after.map((words) => <p key={words} style={paragraph}>{words}</p>)}
        </body>
      </html>,
    )
  }`;
  return { subject, text, html };
}

const paragraph = "margin:0 0 16px;max-width:38em";
