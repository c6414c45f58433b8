/** A contract's timeline in words: what was agreed for which day, by whom and why, and the vehicles that came and went. */
import type { ComponentChildren } from "preact";
import { Day } from "../../../../components/ui/date.tsx";
import type { TimelineEntry } from "../../../../components/ui/timeline.tsx";
import type {
  ContractTimeline,
  ShownAmendment,
  VehicleDay,
} from "../../../../lib/contracts/amendments/views.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { actorName } from "../../invoices/(_components)/invoice_words.tsx";
import { type ContractDays, LastDay, planWords } from "./contract_words.tsx";

interface DatedEntry {
  date: Temporal.PlainDate;
  what: string;
  detail: ComponentChildren;
  isEvent?: boolean;
}

/** Newest first; what is still to come is drawn as that. */
export function describeTimeline(
  contract: ContractDays & { zone: string },
  { amendments, vehicleDays }: ContractTimeline,
  today: Temporal.PlainDate,
): TimelineEntry[] {
  const { startDate, endDate, zone } = contract;
  const { compare } = Temporal.PlainDate;
  const isAhead = (date: Temporal.PlainDate) => compare(date, today) > 0;
  const end = amendments.filter(({ kind }) => kind === "end" || kind === "renewal")
    .reduce<ShownAmendment | undefined>(
      (last, next) => last && last.position > next.position ? last : next,
      undefined,
    );
  const agreed = amendments.map((amendment): DatedEntry => ({
    date: amendment.effectiveDate,
    what: whatOf(amendment, { isAhead: isAhead(amendment.effectiveDate), isLastEnd: amendment === end }),
    detail: <AgreedDetail amendment={amendment} zone={zone} />,
  }));
  const entries: DatedEntry[] = [
    ...(endDate !== null && end?.kind !== "end"
      ? [{ date: endDate, what: isAhead(endDate) ? "Ends" : "Ended", detail: <EndDetail end={endDate} /> }]
      : []),
    ...agreed,
    ...vehicleDays.map(describeVehicleDay),
    { date: startDate, what: isAhead(startDate) ? "Starts" : "Started", detail: dayOf(startDate) },
  ];
  // A stable sort keeps the order of what holds from one day on.
  return entries.sort((left, right) => compare(right.date, left.date))
    .map(({ date, what, detail, isEvent }) => {
      return { kind: isAhead(date) ? "next" : isEvent ? "event" : "milestone", what, detail };
    });
}

function whatOf(
  { kind, plan, version }: ShownAmendment,
  { isAhead, isLastEnd }: { isAhead: boolean; isLastEnd: boolean },
): string {
  switch (kind) {
    case "plan":
      return planWords({ plan: plan!, version: version! });
    case "pause":
      return isAhead ? "Pauses" : "Paused";
    case "vehicles":
      return "Vehicles changed";
    case "resume":
      return "Runs again";
    case "renewal":
      return "Renewed";
    case "end":
      return !isLastEnd ? "End, moved later" : isAhead ? "Ends" : "Ended";
  }
}

function AgreedDetail({ amendment, zone }: { amendment: ShownAmendment; zone: string }) {
  const { kind, effectiveDate, untilDate, reason, actor, actorName: name, at } = amendment;
  return (
    <>
      {kind === "end" ? <EndDetail end={effectiveDate} /> : dayOf(effectiveDate)}
      {kind === "pause" && (untilDate
        ? (
          <>
            , last day <LastDay end={untilDate} />
          </>
        )
        : ", with no end agreed")}
      {kind === "renewal" && (untilDate
        ? (
          <>
            , last day <LastDay end={untilDate} />
          </>
        )
        : ", with no end")}
      <span class="break-words">{`. ${reason.replace(/\.+$/, "")}. `}</span>
      {`Agreed by ${actorName(actor, name)} on `}
      {dayOf(localDate(at, zone))}
      {"."}
    </>
  );
}

function EndDetail({ end }: { end: Temporal.PlainDate }) {
  return (
    <>
      Last day <LastDay end={end} />
    </>
  );
}

function dayOf(date: Temporal.PlainDate) {
  return <Day date={date.toString()} />;
}

function describeVehicleDay({ date, kind, count, vehicles }: VehicleDay): DatedEntry {
  const more = count - vehicles.length;
  return {
    date,
    what: count === 1
      ? `Vehicle ${vehicles[0]} ${kind === "on" ? "joins" : "leaves"}`
      : `${count} vehicles ${kind === "on" ? "join" : "leave"}`,
    detail: (
      <>
        {dayOf(date)}
        {count > 1 && `: ${vehicles.join(", ")}${more > 0 ? ` and ${more} more` : ""}`}
      </>
    ),
    isEvent: true,
  };
}
