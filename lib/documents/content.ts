/** What a document says, in the order in which it is read: words and figures as they are printed, nothing left to work out. */

/** A document as the template `document.typ` sets it. Every text prints as it stands; none is read as markup. */
export interface DocumentContent {
  /** BCP 47: the language, and the country where one is known. */
  language: string;
  region: string | null;
  /** Sheet by the seller's country. */
  paper: "a4" | "us-letter";
  /** Where the window of an envelope is. */
  window: "left" | "right";
  title: string;
  author: string;
  /** Of the document; it also dates the file. */
  date: { year: number; month: number; day: number };
  sender: Party;
  receiver: Party;
  figure: Fact | null;
  facts: Fact[];
  /** Where the reader opens it as it stands today. */
  link?: { words: string; href: string };
  sections: Section[];
  /** Behind the document, from a sheet of its own. */
  appendix: Section | null;
  /** At the foot of every sheet. */
  foot: string;
  /** "Page {page} of {pages}". */
  page: string;
}

export interface Party {
  name: string;
  lines: string[];
}

export interface Fact {
  label: string;
  value: string;
}

export interface Section {
  heading: string;
  paragraphs?: string[];
  facts?: Fact[];
  table?: DocumentTable;
}

export interface DocumentTable {
  columns: { label: string; isFigure: boolean; isWide?: boolean }[];
  /** A group may have a heading, which spans the table. The first cell of a row with fewer cells spans those that it lacks. */
  groups: { heading?: string; rows: Cell[][] }[];
  /** Under the rows, in one piece. */
  totals?: { label: string; value: string; isGrand?: boolean }[];
}

/** A text, or one with a smaller line under it. */
export type Cell = string | { text: string; detail: string };
