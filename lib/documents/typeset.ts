/** The typesetting engine: typst, by its platform package, with the fonts of the house; nothing is fetched or looked up. */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { DocumentContent } from "./content.ts";
import { type Coverage, coverageOf, printable } from "./printable.ts";

/** What of the engine is used (its own types come with the package that Deno cannot install). */
interface NodeCompiler {
  pdf(
    source: { mainFileContent: string; inputs: Record<string, string> },
    options: { pdfStandard: string },
  ): Buffer;
  evictCache(maxAge: number): void;
}

interface Engine {
  NodeCompiler: {
    create(options: { workspace: string; fontArgs: { fontBlobs: Buffer[] }[] }): NodeCompiler;
  };
}

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

/** Regular and semibold of each script; `document.typ` names the families. */
const fonts = [
  "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf",
  "@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf",
  "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf",
  "@expo-google-fonts/noto-sans-jp/600SemiBold/NotoSansJP_600SemiBold.ttf",
];
/** The cache of the engine keeps what the last documents shared. */
const keptDocuments = 4;

export interface Typeset {
  /** The bytes of a tagged PDF by PDF/UA-1; the same document gives the same bytes. Throws what the engine refuses. */
  pdf(content: DocumentContent): Uint8Array;
}

/** Opens the engine in this thread. */
export function openTypeset(): Typeset {
  const { NodeCompiler } = require(
    `@myriaddreamin/typst-ts-node-compiler-linux-${process.arch}-gnu`,
  ) as Engine;
  const fontBlobs = fonts.map((font) => readFileSync(require.resolve(font)));
  const coverages: Coverage[] = [coverageOf(fontBlobs[0]), coverageOf(fontBlobs[2])];
  const compiler = NodeCompiler.create({ workspace: here, fontArgs: [{ fontBlobs }] });
  const mainFileContent = readFileSync(`${here}/document.typ`, "utf8");
  return {
    pdf(content) {
      const document = JSON.stringify(
        content,
        (_, value) => typeof value === "string" ? printable(value, coverages) : value,
      );
      try {
        return compiler.pdf({ mainFileContent, inputs: { document } }, { pdfStandard: "ua-1" });
      } finally {
        compiler.evictCache(keptDocuments);
      }
    },
  };
}
