/** What a PDF file holds, read by another program than the one that wrote it: words by place, tags, language, and what is untagged. */
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

export interface PdfText {
  text: string;
  /** Points from the left and from the top of the sheet, of the start of its line. */
  x: number;
  y: number;
  /** It belongs to the structure, or is marked as no part of it. */
  isTagged: boolean;
  isArtifact: boolean;
}

export interface PdfPage {
  /** Points. */
  width: number;
  height: number;
  texts: PdfText[];
  /** In the order of the structure's page content, with single spaces. */
  words: string;
}

export interface PdfTag {
  role: string;
  /** Of all content in it. */
  words: string;
  children: PdfTag[];
}

export interface PdfFile {
  title: string;
  language: string;
  isMarked: boolean;
  showsTitle: boolean;
  /** The metadata say that it keeps to PDF/UA-1 (ISO 14289-1). */
  claimsAccessible: boolean;
  created: string;
  pages: PdfPage[];
  /** One tree for each page. */
  tags: PdfTag[];
  /** Names of the fonts. */
  fonts: { name: string; isEmbedded: boolean }[];
}

/** Tags of a long file take their time: leave them out with `hasTags: false`. */
export async function readPdf(bytes: Uint8Array, { hasTags = true } = {}): Promise<PdfFile> {
  const raw = new TextDecoder("latin1").decode(bytes);
  const task = getDocument({ data: bytes.slice(), verbosity: 0, useSystemFonts: false });
  try {
    const file = await task.promise;
    const { info } = await file.getMetadata() as { info: Record<string, string> };
    const mark = await file.getMarkInfo() as unknown as Map<string, boolean> | null;
    const preferences = await file.getViewerPreferences() as Map<string, boolean> | null;
    const pages: PdfPage[] = [], tags: PdfTag[] = [];
    for (let number = 1; number <= file.numPages; number++) {
      const page = await file.getPage(number);
      const { width, height } = page.getViewport({ scale: 1 });
      const content = await page.getTextContent({ includeMarkedContent: true });
      const byMark = new Map<string, string>();
      const texts = placesOf(content.items as Item[], height, byMark);
      pages.push({ width, height, texts, words: wordsOfItems(content.items as Item[]) });
      const tree = hasTags ? await page.getStructTree() as Node | null : null;
      if (tree) tags.push(tagOf(tree, byMark));
    }
    return {
      title: info.Title,
      language: info.Language,
      isMarked: mark?.get("Marked") === true,
      showsTitle: preferences?.get("DisplayDocTitle") === true,
      claimsAccessible: raw.includes("<pdfuaid:part>1</pdfuaid:part>"),
      created: info.CreationDate,
      pages,
      tags,
      fonts: [...raw.matchAll(/\/FontDescriptor\b[\s\S]{0,400}?>>/g)].flatMap(([descriptor]) => {
        const [, name] = /\/FontName \/(\S+)/.exec(descriptor) ?? [];
        return name === undefined ? [] : [{ name, isEmbedded: /\/FontFile[23]? \d+/.test(descriptor) }];
      }),
    };
  } finally {
    await task.destroy();
  }
}

type Item =
  | { type: "beginMarkedContentProps"; id: string | null; tag: string }
  | { type: "beginMarkedContent" | "endMarkedContent" }
  | { str: string; transform: number[]; hasEOL: boolean };

/** The reader gives gaps and ends of lines as items of their own. */
function wordsOfItems(items: readonly Item[]): string {
  return squeezed(items.map((item) => "type" in item ? "" : item.str + (item.hasEOL ? " " : "")).join(""));
}

/** Texts of the page, and what is in each piece of marked content. */
function placesOf(items: readonly Item[], height: number, byMark: Map<string, string>): PdfText[] {
  const open: { id: string | null; tag: string }[] = [];
  const texts: PdfText[] = [];
  for (const item of items) {
    if ("type" in item) {
      if (item.type === "endMarkedContent") open.pop();
      else open.push("id" in item ? item : { id: null, tag: "" });
      continue;
    }
    const id = open.findLast((mark) => mark.id !== null)?.id ?? null;
    if (id !== null) byMark.set(id, (byMark.get(id) ?? "") + item.str);
    if (item.str.trim() === "") continue;
    texts.push({
      text: item.str,
      x: item.transform[4],
      y: height - item.transform[5],
      isTagged: id !== null,
      isArtifact: open.some(({ tag }) => tag === "Artifact"),
    });
  }
  return texts;
}

interface Node {
  role?: string;
  type?: string;
  id?: string;
  children?: Node[];
}

function tagOf(node: Node, byMark: ReadonlyMap<string, string>): PdfTag {
  const parts: string[] = [], children: PdfTag[] = [];
  for (const child of node.children ?? []) {
    if (child.type === "content") {
      parts.push(byMark.get(child.id!) ?? "");
    } else {
      const tag = tagOf(child, byMark);
      children.push(tag);
      parts.push(` ${tag.words} `);
    }
  }
  return { role: node.role ?? "", words: squeezed(parts.join("")), children };
}

/** Every tag of a role, in the order of reading. */
export function tagsOf({ tags }: Pick<PdfFile, "tags">, role: string): PdfTag[] {
  const inside = (
    tag: PdfTag,
  ): PdfTag[] => [...tag.role === role ? [tag] : [], ...tag.children.flatMap(inside)];
  return tags.flatMap(inside);
}

/** All words of a file, with single spaces of one kind. */
export function wordsOfPdf({ pages }: Pick<PdfFile, "pages">): string {
  return pages.map(({ words }) => words).join(" ");
}

/** One kind of space, and never two: languages group digits by several kinds. */
export function squeezed(text: string): string {
  return text.replace(/[\s\u00a0\u202f\u2009]+/g, " ").trim();
}
