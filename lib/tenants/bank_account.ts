/** What bank details may be: an account holder and an IBAN, or an account with its routing number. */
import { compactNumber, groupedNumber, ibanProblem, isAmericanRoutingNumber, isBic } from "../core/iban.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readAll, readOptionalText, readText } from "../core/input.ts";

export interface BankAccountInput {
  accountHolder: string;
  /** In any spelling; empty where the account has none. */
  iban: string;
  accountNumber: string;
  /** Sort code, BSB, bank code or ABA number. */
  routingNumber: string;
  bic: string;
  bankName: string;
}

/** What is sealed, and printed on invoices. */
export interface BankAccount {
  accountHolder: string;
  /** Compact, as are the numbers below. */
  iban: string | null;
  accountNumber: string | null;
  routingNumber: string | null;
  bic: string | null;
  bankName: string | null;
}

/** One part of an account as a paper says it. */
export interface AccountLine {
  part: keyof BankAccount;
  /** In English. */
  label: string;
  value: string;
}

/** How people tell accounts apart without reading their numbers. */
export interface MaskedAccount {
  kind: "iban" | "account";
  /** The last four characters, or two of a short number. */
  ending: string;
}

/**
 * `country` is that of the billing entity. Throws `InvalidInput` with every field that is not allowed; no number is
 * repeated in it.
 */
export function readBankAccount(input: BankAccountInput, country: string): BankAccount {
  const account = readAll<BankAccount>({
    accountHolder: () => readText("accountHolder", input.accountHolder, "Calder Fleet Services Ltd", 70),
    iban: () => readIban(input.iban),
    accountNumber: () => readAccountNumber(input.accountNumber),
    routingNumber: () => readRoutingNumber(input.routingNumber, country),
    bic: () => readBic(input.bic),
    bankName: () => readOptionalText("bankName", input.bankName, "National Westminster Bank", 100),
  });
  requireOneNumber(account);
  return account;
}

function requireOneNumber({ iban, accountNumber, routingNumber }: BankAccount): void {
  const refuse = (field: string, rule: string) => {
    throw milepostError("InvalidInput", { message: rule, fields: [{ field, rule }] });
  };
  if (iban && (accountNumber || routingNumber)) {
    refuse("iban", "Fill in the IBAN, or the account and routing numbers, not both: they could differ.");
  }
  if (iban) return;
  if (!accountNumber) refuse("iban", "Fill in the IBAN, or the account number and the routing number.");
  if (!routingNumber) refuse("routingNumber", "Fill in the routing number of the bank that has the account.");
}

/** The values of refused numbers are left out: an error may be logged by whoever gets it. */
function readIban(text: string): string | null {
  const iban = compactNumber(text);
  if (iban === "") return null;
  const problem = ibanProblem(iban);
  return problem ? refuseField("iban", "", problem, "GB29 NWBK 6016 1331 9268 19") : iban;
}

function readAccountNumber(text: string): string | null {
  const number = compactNumber(text);
  if (number === "" || /^[0-9A-Z]{4,34}$/.test(number)) return number || null;
  return refuseField("accountNumber", "", "Use 4 to 34 digits and letters.", "31926819");
}

function readRoutingNumber(text: string, country: string): string | null {
  const number = compactNumber(text);
  if (number === "") return null;
  if (country === "US") {
    if (isAmericanRoutingNumber(number)) return number;
    const rule = "Use the nine digits of the bank's ABA number. Compare each digit with a cheque.";
    return refuseField("routingNumber", "", rule, "021000021");
  }
  if (/^\d{3,12}$/.test(number)) return number;
  return refuseField("routingNumber", "", "Use 3 to 12 digits: the sort code or bank code.", "60-16-13");
}

function readBic(text: string): string | null {
  const bic = compactNumber(text);
  if (bic === "" || isBic(bic)) return bic || null;
  return refuseField("bic", "", "Use the 8 or 11 characters of the bank's BIC.", "NWBKGB2L");
}

/** By which people tell it from others. */
export function maskAccount({ iban, accountNumber }: BankAccount): MaskedAccount {
  const number = iban ?? accountNumber ?? "";
  return { kind: iban ? "iban" : "account", ending: number.slice(number.length < 8 ? -2 : -4) };
}

/** "IBAN ending in 6819". */
export function maskedText({ kind, ending }: MaskedAccount): string {
  return `${kind === "iban" ? "IBAN" : "Account"} ending in ${ending}`;
}

/** Each part that there is, with its label and its value, in the order of a paper. */
export function accountLines(account: BankAccount): AccountLine[] {
  const { accountHolder, iban, accountNumber, routingNumber, bic, bankName } = account;
  const parts: [keyof BankAccount, string, string | null][] = [
    ["accountHolder", "Account holder", accountHolder],
    ["iban", "IBAN", iban && groupedNumber(iban)],
    ["accountNumber", "Account number", accountNumber],
    ["routingNumber", "Routing number", routingNumber],
    ["bic", "BIC", bic],
    ["bankName", "Bank", bankName],
  ];
  return parts.flatMap(([part, label, value]) => value ? [{ part, label, value }] : []);
}
