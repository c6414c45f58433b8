/** Home: what needs a person, the newest invoices and what happened; for a new business, what to do first. */
import { page } from "fresh";
import { Day } from "../../components/ui/date.tsx";
import type { Tile } from "../../components/ui/tiles.tsx";
import { withTenant } from "../../db/tenant.ts";
import { define, signedIn } from "../../define.ts";
import { recentActivity } from "../../lib/audit/views.ts";
import { rolesWith } from "../../lib/auth/policy.ts";
import type { Capability } from "../../lib/core/actor.ts";
import { draftName } from "../../lib/invoicing/texts.ts";
import { countByStatus, listInvoices, openByCurrency } from "../../lib/invoicing/views.ts";
import { countWaitingRuns } from "../../lib/invoicing/run/views.ts";
import { findFirstSteps, type FirstSteps, homeZone } from "../../lib/tenants/views.ts";
import { countQuarantinedRows } from "../../lib/usage/views.ts";
import { describeActivity } from "./(_components)/activity_words.tsx";
import { type FirstStep, FirstStepList } from "./(_components)/first_steps.tsx";
import { Home, type HomeProps } from "./(_components)/home.tsx";
import { countOf, InvoiceBadge, showAmount } from "./invoices/(_components)/invoice_words.tsx";

const shownInvoices = 5;
const shownEvents = 8;

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const now = clock.now();
    const found = await withTenant(database, tenantId, async (db) => {
      const [steps, zone, invoices, counts, runs, open, setAside, activity] = await Promise.all([
        findFirstSteps(db),
        homeZone(db),
        listInvoices(db, { status: "any" }, now),
        countByStatus(db, ["draft"], now),
        countWaitingRuns(db),
        openByCurrency(db, now),
        countQuarantinedRows(db),
        recentActivity(db, shownEvents),
      ]);
      return { steps, zone, invoices, drafts: counts.get("draft")!.count, runs, open, setAside, activity };
    }, { readOnly: true });
    ctx.state.title = { page: "Home" };
    const { capabilities } = session.actor;
    return page({
      home: describeHome(found, capabilities, now),
      steps: found.steps.invoice ? [] : describeSteps(found.steps, capabilities),
    });
  },
});

export default define.page<typeof handler>(({ data: { home, steps } }) => (
  <Home {...home}>{steps.length > 0 && <FirstStepList steps={steps} />}</Home>
));

interface Found {
  zone: string;
  invoices: Awaited<ReturnType<typeof listInvoices>>;
  drafts: number;
  /** That wait for their approval. */
  runs: number;
  open: Awaited<ReturnType<typeof openByCurrency>>;
  setAside: number;
  activity: Awaited<ReturnType<typeof recentActivity>>;
}

function describeHome(
  found: Found,
  capabilities: ReadonlySet<Capability>,
  now: Temporal.Instant,
): HomeProps {
  const { zone, invoices, drafts, runs, open, setAside, activity } = found;
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  const overdue = open.reduce((sum, { overdueCount }) => sum + overdueCount, 0);
  const waiting = [
    ...(runs > 0 ? [`${countOf(runs, "run")} to approve`] : []),
    ...(drafts > 0 ? [`${countOf(drafts, "draft")} to approve`] : []),
    ...(overdue > 0 ? [`${countOf(overdue, "invoice")} overdue`] : []),
    ...(setAside > 0 ? [`${countOf(setAside, "row")} set aside`] : []),
  ];
  return {
    today: today.toLocaleString("en-GB", { weekday: "long", day: "numeric", month: "long" }),
    state: waiting.length === 0 ? "Nothing waits for you." : `${waiting.join(", ")}.`,
    actions: [
      ...(capabilities.has("invoices.draft") ? [{ label: "New invoice", href: "/invoices/new" }] : []),
      ...(capabilities.has("usage.import") ? [{ label: "Import usage", href: "/usage" }] : []),
    ],
    tiles: describeTiles(found),
    recentInvoices: invoices.invoices.slice(0, shownInvoices).map((invoice) => ({
      href: `/invoices/${invoice.id}`,
      number: invoice.number ?? draftName(invoice),
      customer: invoice.customerName,
      state: <InvoiceBadge invoice={invoice} today={invoice.today} short />,
      openAmount: showAmount(invoice.openAmount, invoice.currency),
    })),
    activity: activity.map((entry, index) => ({
      key: entry.id,
      when: whenOf(entry.at, today, zone),
      what: describeActivity(entry, index + 1),
    })),
  };
}

/** "14:02" today, "2 Apr" before. */
function whenOf(instant: Temporal.Instant, today: Temporal.PlainDate, zone: string) {
  const local = instant.toZonedDateTimeISO(zone);
  const date = local.toPlainDate();
  if (!date.equals(today)) return <Day date={date.toString()} short thisYear={today.year} />;
  const time = local.toPlainTime().toString({ smallestUnit: "minute" });
  return <time datetime={`${date}T${time}`}>{time}</time>;
}

function describeTiles({ drafts, runs, open, setAside }: Found): Tile[] {
  const sums = (pick: (sum: Found["open"][number]) => bigint) =>
    open.filter((sum) => pick(sum) !== 0n).map((sum) => showAmount(pick(sum), sum.currency)).join(", ");
  const due = open.reduce((sum, { dueCount }) => sum + dueCount, 0);
  const overdue = open.reduce((sum, { overdueCount }) => sum + overdueCount, 0);
  return [
    {
      name: "To approve",
      icon: "approve",
      tone: drafts + runs > 0 ? "info" : "plain",
      figure: runs > 0 ? countOf(runs, "run") : countOf(drafts, "draft"),
      note: runs > 0 && drafts > 0
        ? `And ${countOf(drafts, "draft")}. Nothing of them is issued yet`
        : runs + drafts > 0
        ? "Nothing of them is issued yet"
        : "No draft waits",
      link: runs > 0
        ? { label: `See ${countOf(runs, "run")}`, href: "/runs" }
        : drafts > 0
        ? { label: `See ${countOf(drafts, "draft")}`, href: "/invoices?status=draft" }
        : undefined,
    },
    {
      name: "Due",
      icon: "due",
      tone: "plain",
      figure: countOf(due, "invoice"),
      note: sums(({ dueAmount }) => dueAmount) || "Nothing is due",
      link: due > 0
        ? { label: `See ${countOf(due, "due invoice")}`, href: "/invoices?status=due" }
        : undefined,
    },
    {
      name: "Overdue",
      icon: "overdue",
      tone: overdue > 0 ? "bad" : "plain",
      figure: countOf(overdue, "invoice"),
      note: sums(({ overdueAmount }) => overdueAmount) || "Nothing is overdue",
      link: overdue > 0
        ? { label: `See ${countOf(overdue, "overdue invoice")}`, href: "/invoices?status=overdue" }
        : undefined,
    },
    {
      name: "Set aside",
      icon: "look",
      tone: setAside > 0 ? "warn" : "plain",
      figure: countOf(setAside, "row"),
      note: setAside > 0 ? "Rows of usage that could not be read" : "Every row was read",
      link: setAside > 0 ? { label: "See the imports", href: "/usage" } : undefined,
    },
  ];
}

function describeSteps(steps: FirstSteps, held: ReadonlySet<Capability>): FirstStep[] {
  return firstSteps.map(({ label, why, href, capability, key }) => ({
    label,
    why,
    href,
    isDone: steps[key],
    whom: held.has(capability) ? undefined : listOf(rolesWith(capability)),
  }));
}

const listOf = (words: readonly string[]) =>
  new Intl.ListFormat("en-GB", { type: "disjunction" }).format(
    words.map((word) => `${articleOf(word)} ${word}`),
  );

const articleOf = (word: string) => /^[aeiou]/.test(word) ? "an" : "a";

/** In the order in which each one becomes possible. */
const firstSteps: readonly {
  key: keyof FirstSteps;
  label: string;
  why: string;
  href: string;
  /** What its page asks for. */
  capability: Capability;
}[] = [
  {
    key: "billingEntity",
    label: "Add a billing entity",
    why: "The company that issues your invoices: address, currency and number series.",
    href: "/entities/new",
    capability: "entities.write",
  },
  {
    key: "customer",
    label: "Add a customer",
    why: "Who gets the invoice.",
    href: "/customers/new",
    capability: "customers.write",
  },
  {
    key: "vehicle",
    label: "Add a vehicle",
    why: "What your customer drives.",
    href: "/vehicles/new",
    capability: "vehicles.write",
  },
  {
    key: "ratePlan",
    label: "Add a plan",
    why: "What you charge: by the month, by the mile, at cost.",
    href: "/plans/new",
    capability: "plans.write",
  },
  {
    key: "contract",
    label: "Add a contract",
    why: "Ties a customer to a plan and to vehicles, from a day on.",
    href: "/contracts/new",
    capability: "contracts.write",
  },
  {
    key: "usage",
    label: "Import usage",
    why: "Trips, hours, fuel and tolls, from a file.",
    href: "/usage",
    capability: "usage.import",
  },
  {
    key: "invoice",
    label: "Issue an invoice",
    why: "See what it comes to before you issue it.",
    href: "/invoices/new",
    capability: "invoices.draft",
  },
];
