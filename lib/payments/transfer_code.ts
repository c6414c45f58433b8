/**
 * What a QR code for a credit transfer in euros says to a banking app: EPC069-12 of the European Payments Council,
 * "Quick Response Code: Guidelines to enable data capture for the initiation of a SEPA credit transfer", version 002.
 */

/** To whom, and what for. */
export interface TransferToAsk {
  payee: string;
  /** Compact: no spaces. */
  iban: string;
  bic: string | null;
  /** Cents. */
  amount: bigint;
  currency: string;
  /** What the payee finds the payment by. */
  reference: string;
}

/** Countries of the European Economic Area, where the IBAN alone says which bank it is. */
const economicArea =
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" ");
/** The other countries that transfers in the scheme reach, and islands with letters of their own; there the BIC is asked for. */
const reachedBeside = "AD AL CH GB GI MC MD ME MK RS SM VA".split(" ");

const longestPayee = 70;
const longestReference = 140;
const mostCents = 99_999_999_999n;
const mostBytes = 331;

/** The text of the code; nothing where the scheme takes no such transfer: another currency, country or amount. */
export function transferCode(ask: TransferToAsk): string | null {
  const { payee, iban, bic, amount, currency, reference } = ask;
  const country = iban.slice(0, 2);
  if (currency !== "EUR" || amount < 1n || amount > mostCents) return null;
  if (!economicArea.includes(country) && !(reachedBeside.includes(country) && bic)) return null;
  const lines = [
    "BCD",
    "002",
    "1", // UTF-8
    "SCT",
    bic ?? "",
    cut(payee, longestPayee),
    iban,
    `EUR${amount / 100n}.${String(amount % 100n).padStart(2, "0")}`,
    "", // purpose
    "", // a structured reference; a number of ours is none by ISO 11649
    cut(reference, longestReference),
  ];
  const text = lines.join("\n");
  return new TextEncoder().encode(text).length <= mostBytes ? text : null;
}

/** In one line, and no longer than the scheme allows. */
function cut(text: string, most: number): string {
  return [...text.replace(/\s+/g, " ").trim()].slice(0, most).join("");
}
