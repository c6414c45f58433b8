/**
 * What becomes of the rows of one plan: a plan that is not there is taken whole or not at all, for a part of it would be
 * another price list; of one that is there, each row is there already or differs.
 */
import { isDeepStrictEqual as isDeepEqual } from "node:util";
import { type FieldProblem, isMilepostError } from "../core/errors.ts";
import { problemAt } from "../imports/record_batch.ts";
import type { CellProblem, RecordRow, RefusedRow } from "../imports/record_file.ts";
import { planColumns, type PlanRecord, readCells } from "./plan_columns.ts";
import type { MeterTerms } from "./terms.ts";
import { requirePriceable, type VersionInput } from "./version_rules.ts";

export interface NewPlan {
  reference: string;
  name: string;
  currency: string;
  /** From 1 on. */
  versions: { version: number; taxInclusive: boolean; charges: PlanRecord["charge"][] }[];
}

export interface SettledPlan {
  /** Left out where it is there, or where a row is at fault. */
  added?: NewPlan;
  known: number;
  refused: RefusedRow[];
}

type Indexes = VersionInput["indexes"];

interface ReadRow {
  row: RecordRow;
  record: PlanRecord;
  problems: CellProblem[];
}

/** More than any price list has. */
const mostCharges = 200;

/** `there` holds the charges of the plan that has the reference of the rows, if one has. */
export function settlePlan(
  rows: readonly RecordRow[],
  there: readonly PlanRecord[],
  indexes: Indexes,
): SettledPlan {
  const read = readRows(rows, indexes);
  if (there.length > 0) return comparePlan(read, there);
  if (read.every(({ problems }) => problems.length === 0)) findFaultsTogether(read, indexes);
  const faulty = read.find(({ problems }) => problems.length > 0);
  if (!faulty) return { added: planOf(read), known: 0, refused: [] };
  const leftOut = `Left out with line ${faulty.row.line}: a plan is taken whole.`;
  const refused = read.map(({ row, problems }) => ({
    line: row.line,
    problems: problems.length > 0 ? problems : [problemAt("reference", row, leftOut)],
  }));
  return { known: 0, refused };
}

/** The row that says something once for those behind it, by the column in which it is said. */
type Inherited = readonly (readonly ["name" | "currency" | "tax_inclusive", ReadRow | undefined])[];

function readRows(rows: readonly RecordRow[], indexes: Indexes): ReadRow[] {
  let first: ReadRow | undefined;
  const firstOfVersion = new Map<number, ReadRow>();
  return rows.map((row) => {
    const { version } = readCells(row.values).record;
    const read = readRow(row, [
      ["name", first],
      ["currency", first],
      ["tax_inclusive", firstOfVersion.get(version)],
    ], indexes);
    first ??= read;
    if (!firstOfVersion.has(version)) firstOfVersion.set(version, read);
    return read;
  });
}

function readRow(row: RecordRow, inherited: Inherited, indexes: Indexes): ReadRow {
  const isEmpty = (column: string) => (row.values[column] ?? "").trim() === "";
  const values = { ...row.values };
  for (const [column, from] of inherited) {
    if (from && isEmpty(column)) values[column] = valueOf(column, from.record);
  }
  const { record, problems } = readCells(values);
  const found = problems.map(({ field = "", ...problem }) => problemAt(field, row, sentenceOf(problem)));
  const told = new Set(found.map(({ column }) => column));
  for (const { column, reason } of faultsOf([record], indexes)) {
    if (!told.has(column)) found.push(problemAt(column, row, reason));
  }
  for (const [column, from] of inherited) {
    if (!from || isEmpty(column) || from.problems.some((problem) => problem.column === column)) continue;
    if (valueOf(column, record) === valueOf(column, from.record)) continue;
    const said = `Line ${from.row.line} says ${valueOf(column, from.record)}. Write the same, or nothing.`;
    found.push(problemAt(column, row, said));
  }
  // What is inherited is told where it stands.
  const elsewhere = inherited.filter(([column, from]) => from && isEmpty(column)).map(([column]) => column);
  return { row, record, problems: found.filter(({ column }) => !elsewhere.some((name) => name === column)) };
}

function valueOf(column: string, record: PlanRecord): string {
  return String(planColumns.find(({ name }) => name === column)?.value(record) ?? "");
}

/** What a row alone does not show: gaps between versions, and charges that do not go together. */
function findFaultsTogether(read: readonly ReadRow[], indexes: Indexes): void {
  const versions = [...Map.groupBy(read, ({ record }) => record.version)].sort(([left], [right]) =>
    left - right
  );
  for (const [index, [version, rows]] of versions.entries()) {
    const [{ row, problems }] = rows;
    if (version !== index + 1) {
      const gap = `The versions of a plan are counted from 1 without a gap. There is no version ${
        index + 1
      }.`;
      problems.push(problemAt("version", row, gap));
      return;
    }
    if (rows.length > mostCharges) {
      const many = `A version has at most ${mostCharges} charges; this has ${rows.length}.`;
      problems.push(problemAt("charge", row, many));
      continue;
    }
    for (const { place, column, reason } of faultsOf(rows.map(({ record }) => record), indexes)) {
      rows[place].problems.push(problemAt(column, rows[place].row, reason));
    }
  }
}

interface Fault {
  /** Among the charges. */
  place: number;
  column: string;
  reason: string;
}

/** What the rules of prices say of charges of one version. */
function faultsOf(records: readonly PlanRecord[], indexes: Indexes): Fault[] {
  const [{ currency, taxInclusive }] = records;
  try {
    requirePriceable({ currency, taxInclusive, charges: records.map(({ charge }) => charge), indexes });
    return [];
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return error.fields.map(faultOf);
  }
}

const columnOf: Readonly<Record<string, string>> = {
  reference: "charge",
  name: "charge_name",
  taxCategory: "tax_category",
  taxPercent: "tax_percent",
};

/** By its path within the version: `charges[1].price.tiers[0].upTo`. */
function faultOf({ field = "", ...problem }: FieldProblem): Fault {
  const [, place = "0", path] = /^charges\[(\d+)\]\.(.+)$/.exec(field) ?? [field, "0", field];
  const [, name, within = ""] = /^(\w+)\.?(.*)$/.exec(path) ?? [path, path];
  const sentence = sentenceOf(problem);
  const at = (column: string, reason = sentence) => ({ place: Number(place), column, reason });
  if (name === "meter") return at(/^(?:event|aggregate|field|where)/.exec(within)?.[0] ?? "event");
  if (name === "price") return at("price", within === "" ? sentence : `${within}: ${sentence}`);
  const column = columnOf[name] ?? name;
  return at(planColumns.some((known) => known.name === column) ? column : "charge");
}

function sentenceOf({ rule = "", example }: Omit<FieldProblem, "field">): string {
  const sentence = rule.replace(/^.*Allowed: a value; this field is required\.$/, "Fill this in.")
    .replace(/^"" is not allowed\.( Allowed: a text in quotes that is not empty.*)?/, "Fill this in.")
    .replace(/^is missing/, "This is missing");
  return example === undefined ? sentence : `${sentence} For example ${example}.`;
}

function planOf(read: readonly ReadRow[]): NewPlan {
  const [{ record: { reference, name, currency } }] = read;
  const versions = Map.groupBy(read.map(({ record }) => record), ({ version }) => version);
  return {
    reference,
    name,
    currency,
    versions: [...versions].sort(([left], [right]) => left - right).map(([version, records]) => ({
      version,
      taxInclusive: records[0].taxInclusive,
      charges: records.map(({ charge }) => charge),
    })),
  };
}

function comparePlan(read: readonly ReadRow[], there: readonly PlanRecord[]): SettledPlan {
  const refused: RefusedRow[] = [];
  const versions = Map.groupBy(there, ({ version }) => version);
  for (const { row, record, problems } of read) {
    const charges = versions.get(record.version) ?? [];
    const found = problems.length > 0 ? problems : differenceOf(row, record, charges);
    if (found.length > 0) refused.push({ line: row.line, problems: found });
  }
  return { known: read.length - refused.length, refused };
}

/** In which columns of the file a charge differs from that of the same version that is there. */
function differenceOf(row: RecordRow, record: PlanRecord, charges: readonly PlanRecord[]): CellProblem[] {
  const { reference, version, charge } = record;
  const isThere = `There is already a plan ${reference}`;
  if (charges.length === 0) {
    return [
      problemAt("version", row, `${isThere}, without version ${version}. Make the version on its page.`),
    ];
  }
  const other = charges.find((candidate) => candidate.charge.reference === charge.reference);
  if (!other) {
    const rule = `${isThere}. Its version ${version} has no charge ${charge.reference}, and never changes. ` +
      "Make a new version on its page.";
    return [problemAt("charge", row, rule)];
  }
  const differing = planColumns.filter(({ name }) => name in row.values && !isSame(name, record, other));
  if (differing.length === 0) return [];
  const what = differing.map(({ about }) => about).join(" and ");
  const rule = `${isThere}. The charge ${charge.reference} of version ${version} differs in ${what}. ` +
    "Make a new version on its page.";
  return [problemAt(differing[0].name, row, rule)];
}

/** The members of an object have no order. */
function isSame(column: string, left: PlanRecord, right: PlanRecord): boolean {
  if (column === "price") return isDeepEqual(left.charge.price, right.charge.price);
  if (column === "where") return isDeepEqual(whereOf(left), whereOf(right));
  return valueOf(column, left) === valueOf(column, right);
}

function whereOf({ charge }: PlanRecord) {
  return (charge.meter as MeterTerms | null)?.where ?? {};
}
