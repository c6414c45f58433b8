/** A price case as JSON in the form that the auditor's oracle reads. */
import type {
  OracleCharge,
  OracleEvent,
  OracleFacts,
  OracleMeter,
} from "../../lib/ops/audit/oracle/facts.ts";
import type { CaseInput } from "./price_case.ts";

const day = (text: unknown) => Temporal.PlainDate.from(text as string);
const list = (value: unknown) => (value ?? []) as CaseInput[];
const decimals: Record<string, number> = { USD: 2, JPY: 0, KWD: 3 };

interface Rate {
  id?: string;
  category: string;
  percent: string;
}

/** The rate that a charge or a commitment names, by its id or else by its category. */
function rateOf({ taxCategory, taxRate }: CaseInput, rates: readonly Rate[]): Rate | undefined {
  return rates.find(({ id, category }) => taxRate === undefined ? category === taxCategory : id === taxRate);
}

/** The facts of a case that can be priced. */
export function oracleFactsOf(input: CaseInput): OracleFacts {
  const zone = input.zone as string;
  const period = input.period as { start: string; end: string };
  const tax = input.tax as
    | { inclusive?: boolean; rates: Rate[] }
    | undefined;
  return {
    decimals: decimals[input.currency as string],
    rounding: (input.rounding ?? "half_up") as OracleFacts["rounding"],
    zone,
    start: day(period.start),
    end: day(period.end),
    taxInclusive: tax?.inclusive ?? false,
    vehicles: list(input.vehicles).map(({ id, from, to }) => {
      return { id: id as string, from: day(from), to: to ? day(to) : null };
    }),
    charges: list(input.charges).map((charge): OracleCharge => {
      const rate = rateOf(charge, tax?.rates ?? []) ?? tax?.rates[0];
      return {
        id: charge.id as string,
        kind: charge.kind as OracleCharge["kind"],
        per: (charge.per ?? "contract") as OracleCharge["per"],
        proration: (charge.proration ?? "day") as OracleCharge["proration"],
        meter: (charge.meter ?? null) as OracleMeter | null,
        price: charge.price as CaseInput,
        ...(charge.freeUnits !== undefined && { freeUnits: charge.freeUnits as string }),
        ...(charge.on !== undefined && { on: charge.on as string }),
        ...(charge.during !== undefined && {
          during: list(charge.during).map(({ from, to }) => ({ from: day(from), to: day(to) })),
        }),
        taxCategory: rate?.category ?? null,
        taxPercent: rate?.percent ?? null,
      };
    }),
    events: list(input.usage).map((event): OracleEvent => {
      const at = Temporal.Instant.from(event.at as string);
      const local = at.toZonedDateTimeISO(zone);
      return {
        id: event.id as string,
        event: event.event as string,
        vehicle: (event.vehicle ?? null) as string | null,
        at,
        date: local.toPlainDate(),
        time: local.toPlainTime(),
        properties: event,
      };
    }),
    commitment: commitmentOf(input.commitment as CaseInput | undefined, tax?.rates ?? []),
    credit: (input.credit ?? null) as string | null,
    discounts: list(input.discounts).map(({ id, percent, amount, charges }) => ({
      id: id as string,
      percent: (percent ?? null) as string | null,
      amount: (amount ?? null) as string | null,
      charges: (charges ?? null) as string[] | null,
    })),
    indexes: Object.fromEntries(
      Object.entries((input.indexes ?? {}) as Record<string, CaseInput[]>).map(([name, values]) => [
        name,
        values.map(({ from, value }) => ({ from: day(from), value: value as string })),
      ]),
    ),
  };
}

function commitmentOf(
  given: CaseInput | undefined,
  rates: readonly Rate[],
): OracleFacts["commitment"] {
  if (given === undefined) return null;
  const rate = rateOf(given, rates);
  return {
    minimum: (given.minimum ?? null) as string | null,
    cap: (given.cap ?? null) as string | null,
    charges: (given.charges ?? null) as string[] | null,
    category: rate?.category ?? null,
    percent: rate?.percent ?? null,
  };
}
