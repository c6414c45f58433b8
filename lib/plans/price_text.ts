/**
 * The price of a charge in one cell of a file: its model and figures in words, "per_unit unit 0.12", or the JSON of a price
 * case, which also has room for tiers and bands.
 */
import { refuseField } from "../core/errors.ts";

export const priceExample = "per_unit unit 0.12";

const storedWord = /^[^\s{"]+$/;
/** Half of a pair, or the sign of no text, as JSON writes them: the database keeps neither. */
const unstorable = /\\u(?:0000|d[89a-f])/i;

/** What the cell says, not yet held against the rules of prices. Throws `InvalidInput`. */
export function readPriceText(field: string, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") {
    refuseField(field, text, "Say what it costs: the model, then its figures.", priceExample);
  }
  return trimmed.startsWith("{") ? readJson(field, trimmed) : readWords(field, trimmed);
}

function readJson(field: string, text: string): unknown {
  let price: unknown;
  try {
    price = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuseField(
      field,
      text,
      "This is not JSON. Check its quotes, commas and brackets.",
      '{"model":"flat","amount":"99.00"}',
    );
  }
  if (unstorable.test(JSON.stringify(price))) {
    refuseField(field, text, "It holds a character that is none. Take it out.", priceExample);
  }
  return price;
}

function readWords(field: string, text: string): unknown {
  const [model, ...words] = text.split(/\s+/);
  const names = words.filter((_, place) => place % 2 === 0);
  if (words.length % 2 === 1 || new Set(["model", ...names]).size <= names.length) {
    refuseField(
      field,
      text,
      "Write the model, then the name and the value of each figure, each once. Tiers and bands are written as JSON.",
      priceExample,
    );
  }
  return { model, ...Object.fromEntries(names.map((name, place) => [name, words[2 * place + 1]])) };
}

/** In words where `readPriceText` reads the same from them, else as JSON. */
export function writePriceText(price: unknown): string {
  const { model, ...figures } = price as Record<string, unknown>;
  const parts = [model, ...Object.entries(figures).flat()];
  return parts.every((part) => typeof part === "string" && storedWord.test(part))
    ? parts.join(" ")
    : JSON.stringify(price);
}
