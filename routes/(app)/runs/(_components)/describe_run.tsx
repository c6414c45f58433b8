/** From a run as it is stored to what its page shows. */
import { Moment } from "../../../../components/ui/date.tsx";
import { monthName } from "../../../../lib/invoicing/run/month.ts";
import type { ListedItem, ListedRunCorrection, RunDetail } from "../../../../lib/invoicing/run/views.ts";
import { periodLabel } from "../../../../lib/invoicing/texts.ts";
import { actorName, countOf, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import type { RunDeliveryCounts } from "../../../../lib/notifications/views.ts";
import { Badge } from "../../../../components/ui/badge.tsx";
import { deliverySentence, labelOf, standings } from "./delivery_words.ts";
import type { CorrectionRow, RunDetailProps, RunRow } from "./run_detail.tsx";
import { ExceptionBadge, showChange, stageOf, stagesOf } from "./run_words.tsx";

/** The places after which the page begins, as they stand in its address. */
export interface RunPlaces {
  exception?: number;
  item?: number;
  /** How many corrections stand before. */
  correction?: number;
}

export function describeRun(
  detail: RunDetail,
  deliveries: RunDeliveryCounts,
  places: RunPlaces,
): RunDetailProps {
  const { run, counts, exceptions, items, nextException, nextItem, corrections } = detail;
  const money = (amount: bigint) => showAmount(amount, run.currency);
  const billed = counts.previewed + counts.drafted + counts.issued - counts.creditOnly;
  const others = run.itemCount - counts.exceptions;
  const href = (next: RunPlaces, id: string) => {
    const query = new URLSearchParams();
    const { exception, item, correction } = { ...places, ...next };
    if (exception !== undefined) query.set("exception", String(exception));
    if (item !== undefined) query.set("item", String(item));
    if (correction !== undefined) query.set("correction", String(correction));
    return `/runs/${run.id}?${query}#${id}`;
  };
  return {
    title: `${monthName({ start: run.periodStart })} run`,
    state: <Prepared detail={detail} />,
    figure: { label: "Total with tax", value: money(counts.total) },
    stages: stagesOf(run),
    stage: stageOf(run, deliveries.waiting > 0),
    notice: noticeOf(detail),
    progress: progressOf(detail, deliveries),
    delivery: deliveryOf(run, deliveries),
    facts: [
      { label: "Billing entity", value: run.entity },
      { label: "Invoices", value: billed.toLocaleString("en-GB") },
      { label: "Left out", value: counts.leftOut.toLocaleString("en-GB") },
      { label: "Issued", value: counts.issued.toLocaleString("en-GB") },
      { label: "Parked", value: counts.parked.toLocaleString("en-GB") },
    ],
    exceptions: exceptions.map((item) => describeItem(item, run.currency)),
    exceptionCount: countOf(counts.exceptions, "exception"),
    exceptionPages: {
      summary: `${exceptions.length} of ${countOf(counts.exceptions, "exception")}`,
      previous: places.exception === undefined
        ? undefined
        : { label: "First exceptions", href: href({ exception: undefined }, "exceptions") },
      next: nextException === undefined
        ? undefined
        : { label: "Next exceptions", href: href({ exception: nextException }, "exceptions") },
    },
    totals: [
      {
        label: "Invoices",
        now: billed.toLocaleString("en-GB"),
        before: counts.withLast.toLocaleString("en-GB"),
        change: showChange(BigInt(billed), BigInt(counts.withLast)),
      },
      {
        label: "Total with tax",
        now: money(counts.total),
        before: money(counts.lastTotal),
        change: showChange(counts.total, counts.lastTotal),
      },
      ...(counts.creditTotal > 0n
        ? [{ label: "Credit notes with tax", now: money(counts.creditTotal), before: "none", change: "new" }]
        : []),
    ],
    corrections: corrections.map(describeCorrection),
    correctionCount: countOf(detail.correctionCount, "correction"),
    correctionPages: correctionPages(
      detail,
      places.correction ?? 0,
      (correction) => href({ correction }, "corrections"),
    ),
    items: items.map((item) => describeItem(item, run.currency)),
    itemPages: {
      summary: `${items.length} of ${countOf(others, "invoice")}`,
      previous: places.item === undefined
        ? undefined
        : { label: "First invoices", href: href({ item: undefined }, "invoices") },
      next: nextItem === undefined
        ? undefined
        : { label: "Next invoices", href: href({ item: nextItem }, "invoices") },
    },
  };
}

function Prepared({ detail: { run, names } }: { detail: RunDetail }) {
  const who = (actor: string) => actorName(actor, names.get(actor) ?? null);
  return (
    <p>
      {`${countOf(run.itemCount, "period")} of ${run.entity}. Prepared by ${
        run.scheduledFor ? "the schedule of " : ""
      }${who(run.preparedBy)} on `}
      <Moment instant={run.preparedAt.toString({ smallestUnit: "second" })} zone={run.zone} />
      {run.approvedAt && (
        <>
          {`, approved by ${who(run.approvedBy!)} on `}
          <Moment instant={run.approvedAt.toString({ smallestUnit: "second" })} zone={run.zone} />
        </>
      )}
      .
    </p>
  );
}

function deliveryOf(run: RunDetail["run"], counts: RunDeliveryCounts): RunDetailProps["delivery"] {
  if (["previewing", "returned", "cancelled"].includes(run.state)) return undefined;
  return {
    sentence: deliverySentence(run, counts),
    facts: standings.filter(({ standing }) => counts[standing] > 0).map((one) => {
      const label = labelOf(one, run);
      const count = counts[one.standing].toLocaleString("en-GB");
      const value = (
        <>
          {count}
          <span class="sr-only">{` invoices: ${label}`}</span>
        </>
      );
      return { label, value, href: `/runs/${run.id}/delivery?show=${one.standing}` };
    }),
  };
}

function noticeOf(detail: RunDetail): RunDetailProps["notice"] {
  const { run, counts, failedJobs, allowsOwnApproval } = detail;
  const isAtWork = run.finishedAt === null || run.state === "done";
  if (failedJobs.dead > 0 && isAtWork) {
    return {
      tone: "warn",
      text:
        `This run stands still: ${
          countOf(failedJobs.dead, "step")
        } of it failed too often. Nothing is lost. ` +
        "When the cause is mended, a biller or an administrator lets it go on.",
    };
  }
  if (failedJobs.waiting > 0 && isAtWork) {
    const tried = failedJobs.waiting === 1 ? "It is tried" : "They are tried";
    return {
      tone: "warn",
      text: `${countOf(failedJobs.waiting, "step")} of this run failed. ${tried} again in a while.`,
    };
  }
  switch (run.state) {
    case "awaiting_approval":
      return {
        tone: "info",
        text: allowsOwnApproval
          ? "Nothing is issued before it is approved."
          : "Nothing is issued yet. Another person than the one who prepared it approves it.",
      };
    case "returned":
      return {
        tone: "warn",
        text: `Returned: ${run.note} Nothing was issued. Mend it, then prepare a new run.`,
      };
    case "cancelled":
      return { tone: "info", text: "This run was cancelled. Nothing was issued." };
    case "blocked":
      return {
        tone: "warn",
        text:
          "The second count came to other amounts than the first. Nothing of this run is sent before that is solved.",
      };
    case "done":
      return {
        tone: "good",
        text: `${
          countOf(counts.issued - counts.creditOnly, "invoice")
        } issued, and each was counted a second time to the same amount.`,
      };
    default:
      return undefined;
  }
}

function progressOf(
  { run, counts, lastEvent }: RunDetail,
  deliveries: RunDeliveryCounts,
): RunDetailProps["progress"] {
  const updateHref = `/runs/${run.id}`;
  const live = { subjectId: run.id, lastEvent };
  const max = run.itemCount;
  if (run.state === "previewing") {
    const value = max - counts.pending;
    const sentence = `${value} of ${countOf(max, "period")} priced. You can leave this page.`;
    return { title: "Pricing every period", value, max, sentence, updateHref, live };
  }
  const billed = counts.previewed + counts.drafted + counts.issued + counts.parked;
  if (run.state === "issuing") {
    const value = counts.drafted + 2 * counts.issued + 2 * counts.parked;
    const sentence = `${counts.issued} of ${countOf(billed, "invoice")} issued. You can leave this page.`;
    return { title: "Issuing the invoices", value, max: 2 * billed, sentence, updateHref, live };
  }
  if (run.state === "done" && deliveries.waiting > 0) {
    const all = Object.values(deliveries).reduce((sum, count) => sum + count, 0);
    const sentence = `${deliverySentence(run, deliveries)} You can leave this page.`;
    return {
      title: "Sending the invoices",
      value: all - deliveries.waiting,
      max: all,
      sentence,
      updateHref,
      live,
    };
  }
  if (run.state !== "reconciling") return undefined;
  const sentence = "Each invoice is counted a second time from its facts. You can leave this page.";
  return {
    title: "Checking every invoice again",
    value: counts.issued,
    max: Math.max(1, counts.issued),
    sentence,
    updateHref,
    live,
  };
}

function describeCorrection(correction: ListedRunCorrection): CorrectionRow {
  const { contract, customer, periodStart, periodEnd, invoiceId, number, currency } = correction;
  const show = (amount: bigint) => amount === 0n ? "none" : showAmount(amount, currency);
  return {
    customer,
    contract,
    invoice: number,
    invoiceHref: `/invoices/${invoiceId}`,
    period: periodLabel({ start: periodStart, end: periodEnd }),
    message: correction.message,
    more: show(correction.increase),
    less: show(correction.decrease),
    became: [
      ...(correction.billedOn
        ? [{
          label: `Billed on ${correction.billedOn.number ?? "a draft"}`,
          href: `/invoices/${correction.billedOn.id}`,
        }]
        : []),
      ...correction.creditNotes.map((note) => ({
        label: note.number === null ? "Draft credit note" : `Credited by ${note.number}`,
        href: `/credit-notes/${note.id}`,
      })),
    ],
  };
}

function correctionPages(
  { corrections, correctionCount }: RunDetail,
  skipped: number,
  href: (skipped: number | undefined) => string,
): RunDetailProps["correctionPages"] {
  const shown = skipped + corrections.length;
  return {
    summary: `${corrections.length} of ${countOf(correctionCount, "correction")}`,
    previous: skipped === 0 ? undefined : { label: "First corrections", href: href(undefined) },
    next: shown < correctionCount ? { label: "Next corrections", href: href(shown) } : undefined,
  };
}

function describeItem(item: ListedItem, currency: string): RunRow {
  const { contract, contractId, customer, exception, message, total, lastTotal, invoiceId, number } = item;
  const amount = (value: bigint | null, none: string) => value === null ? none : showAmount(value, currency);
  return {
    customer,
    contract,
    contractHref: `/contracts/${contractId}`,
    state: exception ? <ExceptionBadge exception={exception} /> : <ItemBadge state={item.state} />,
    message,
    total: amount(total, "not priced"),
    lastTotal: amount(lastTotal, "none"),
    change: total === null ? "not priced" : showChange(total, lastTotal),
    invoice: invoiceId === null ? undefined : { label: number ?? "Draft", href: `/invoices/${invoiceId}` },
  };
}

function ItemBadge({ state }: { state: ListedItem["state"] }) {
  switch (state) {
    case "pending":
      return <Badge state="running">Waits</Badge>;
    case "drafted":
      return <Badge state="draft">Drafted</Badge>;
    case "issued":
      return <Badge state="done">Issued</Badge>;
    default:
      return <Badge state="draft">Priced</Badge>;
  }
}
