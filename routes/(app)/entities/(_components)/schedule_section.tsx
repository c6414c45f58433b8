/** The part of an entity's page that says when its runs are prepared by themselves, and what came of the last one. */
import type { ComponentChildren } from "preact";
import { dayAndTime } from "../../../../components/ui/date.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { monthName } from "../../../../lib/invoicing/run/month.ts";
import type { ShownRunSchedule } from "../../../../lib/invoicing/schedule/views.ts";
import { actorName, Missing } from "../../invoices/(_components)/invoice_words.tsx";

export interface ScheduleSectionProps {
  schedule?: ShownRunSchedule;
  zone: string;
  now: Temporal.Instant;
  /** Left out for a reader who may not change it. */
  changeHref?: string;
}

type LastOutcome = NonNullable<ShownRunSchedule["last"]>["outcome"];

const outcomes: Record<LastOutcome, string> = {
  prepared: "prepared",
  run_open: "had an open run already",
  run_done: "was run already",
  nothing_to_bill: "had nothing to bill",
};

export function ScheduleSection({ schedule, zone, now, changeHref }: ScheduleSectionProps) {
  return (
    <Section
      id="runs"
      title="Scheduled runs"
      aside={changeHref && (
        <TapLink href={changeHref}>{schedule?.isOn ? "Change the schedule" : "Set a schedule"}</TapLink>
      )}
    >
      {schedule
        ? <Facts facts={factsOf(schedule, zone, now)} />
        : (
          <p class="py-4 border-t border-b border-line">
            People prepare its runs. Nothing is prepared by itself.
          </p>
        )}
    </Section>
  );
}

function factsOf(schedule: ShownRunSchedule, zone: string, now: Temporal.Instant): Fact[] {
  const { isOn, last } = schedule;
  return [
    { label: "Prepared", value: isOn ? whenOf(schedule) : <Missing>not by itself</Missing> },
    ...(isOn ? nextFacts(schedule, zone, now) : []),
    {
      label: "Last month",
      value: last
        ? `${monthName({ start: last.month })} ${outcomes[last.outcome]}`
        : <Missing>none yet</Missing>,
      ...(last?.runId ? { href: `/runs/${last.runId}` } : {}),
    },
    { label: "Last time", value: last ? timeOf(last.at, zone) : <Missing>none yet</Missing> },
    { label: "Set by", value: actorName(schedule.setBy, schedule.setByName) },
  ];
}

function nextFacts({ nextMonth, dueAt }: ShownRunSchedule, zone: string, now: Temporal.Instant): Fact[] {
  const isLate = Temporal.Instant.compare(dueAt!, now) <= 0;
  return [
    { label: "Next month", value: monthName({ start: nextMonth! }) },
    { label: isLate ? "Was due, comes now" : "Due", value: timeOf(dueAt!, zone) },
  ];
}

/** "on day 3 at 06:00". */
function whenOf({ dayOfMonth, time }: ShownRunSchedule): string {
  return dayOfMonth === 31 ? `on the last day at ${time}` : `on day ${dayOfMonth} at ${time}`;
}

function timeOf(instant: Temporal.Instant, zone: string): ComponentChildren {
  const text = instant.toString({ smallestUnit: "second" });
  return <time datetime={text}>{dayAndTime(text, zone, 0)}</time>;
}
