/** The sheet of paper: margins, and at its foot the document and "Page 1 of 2". Twind cannot say `@page`, so this is plain CSS. */

/** `foot` is repeated on every sheet; a page that is not for paper has none, and no rule. A4 or Letter is the printer's choice. */
export function sheetCss(foot: string | undefined): string {
  if (foot === undefined) return "";
  const font = "font:9pt sans-serif";
  return `@page{margin:16mm 18mm 20mm 20mm;` +
    `@bottom-left{content:${cssString(foot)};${font}}` +
    `@bottom-right{content:"Page " counter(page) " of " counter(pages);${font}}}`;
}

/** Names may hold quotes, backslashes or `</style>`: everything but plain text is escaped by its code point. */
function cssString(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N} ,.:–-]/gu, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `)}"`;
}
