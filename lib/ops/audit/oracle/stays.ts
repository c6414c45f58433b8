/** The oracle's stays: when a vehicle was on the contract, and what it showed then. */
import {
  onContract,
  type OracleCharge,
  type OracleEvent,
  type OracleFacts,
  type OracleVehicle,
} from "./facts.ts";

/** An unbroken stay. A null vehicle is the contract itself, which was there from the beginning of time. */
export interface Stay {
  readonly vehicle: string | null;
  readonly from: Temporal.PlainDate | null;
  readonly to: Temporal.PlainDate;
}

/** What of a stay lies in the period and in one span of a charge: it counts from `since`, and what was shown before opens it. */
export interface Part extends Stay {
  readonly since: Temporal.PlainDate;
}

/** The stays that touch the period: of one vehicle, or of all and of the contract itself. */
export function staysOf(facts: OracleFacts, vehicle: string | null): Stay[] {
  const { compare } = Temporal.PlainDate;
  const names = new Set(facts.vehicles.map(({ id }) => id));
  const stays = [...names].filter((name) => vehicle === null || name === vehicle)
    .flatMap((name): Stay[] =>
      joined(facts.vehicles.filter(({ id }) => id === name))
        .filter(({ from, to }) =>
          compare(from, facts.end) < 0 && (to === null || compare(facts.start, to) < 0)
        )
        .map(({ from, to }) => {
          return { vehicle: name, from, to: to === null || compare(to, facts.end) > 0 ? facts.end : to };
        })
    );
  return vehicle === null ? [...stays, { vehicle: null, from: null, to: facts.end }] : stays;
}

/** The stays, each cut into the spans in which the charge is in force. */
export function partsOf(facts: OracleFacts, { during }: OracleCharge, vehicle: string | null): Part[] {
  const { compare } = Temporal.PlainDate;
  const spans = during ?? [{ from: facts.start, to: facts.end }];
  return joined(spans.map((span) => ({ id: "", ...span }))).flatMap((span) =>
    staysOf(facts, vehicle).map((stay): Part => {
      const starts = [facts.start, span.from, stay.from ?? facts.start].sort(compare);
      const ends = [stay.to, span.to ?? stay.to].sort(compare);
      return { ...stay, since: starts[2], to: ends[0] };
    })
  ).filter(({ since, to }) => compare(since, to) < 0);
}

/** Spans that follow each other without a day between them are one. */
function joined(stays: readonly OracleVehicle[]): OracleVehicle[] {
  const left = [...stays];
  for (const first of left) {
    const next = left.find((stay) => first.to !== null && stay.from.equals(first.to));
    if (next === undefined) continue;
    const others = left.filter((stay) => stay !== first && stay !== next);
    return joined([...others, { ...first, to: next.to }]);
  }
  return left;
}

export function isWithin(stay: Stay, { vehicle, date }: OracleEvent): boolean {
  if (vehicle !== stay.vehicle || Temporal.PlainDate.compare(date, stay.to) >= 0) return false;
  return stay.from === null || onContract({ id: "", from: stay.from, to: stay.to }, date);
}
