/** One month of an entity's books: what stands in the way of closing it, the forms to close and re-open, and what was done. */
import { type FreshContext, page } from "fresh";
import type { ComponentChildren } from "preact";
import { Badge } from "../../../../../components/ui/badge.tsx";
import { Actions, Button } from "../../../../../components/ui/button.tsx";
import { Moment } from "../../../../../components/ui/date.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import { Table } from "../../../../../components/ui/table.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { execute } from "../../../../../lib/core/command.ts";
import { isMilepostError } from "../../../../../lib/core/errors.ts";
import { closePeriod, reopenPeriod } from "../../../../../lib/ledger/periods/commands.ts";
import { monthText } from "../../../../../lib/ledger/periods/month.ts";
import { nameMonth } from "../../../../../lib/ledger/periods/steps.ts";
import { type Blocker, findPeriod, type PeriodDetail } from "../../../../../lib/ledger/periods/views.ts";
import { formErrors, readForm } from "../../../../(_components)/form_fields.ts";
import { listHref } from "../../../(_components)/list_pages.ts";
import { actorName } from "../../../invoices/(_components)/invoice_words.tsx";
import { isRefusal } from "../../../payments/(_components)/send_payment.ts";

interface Shown {
  period: PeriodDetail;
  mayClose: boolean;
  reason: string;
  errors: FormError[];
  key: string;
  thisYear: number;
}

export const handler = define.handlers({
  async GET(ctx) {
    return page<Shown>({ ...await readShown(ctx), reason: "", errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "ledger.close");
    const field = await readForm(ctx.req);
    const { entity: billingEntityId, month } = ctx.params;
    const reason = field("reason"), key = field("key");
    const execution = { tenantId, actor: session.actor, key };
    const { environment } = ctx.state;
    try {
      if (field("what") === "reopen") {
        await execute(environment, reopenPeriod, execution, { billingEntityId, month, reason });
      } else {
        await execute(environment, closePeriod, execution, { billingEntityId, month });
      }
      return ctx.redirect(`/ledger/periods/${billingEntityId}/${month}`, 303);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const shown = await readShown(ctx);
      ctx.state.title = { ...ctx.state.title!, hasErrors: true };
      const errors = error.status === 422 ? formErrors(error) : [{ message: error.message }];
      // what is refused for the month's state may be sent again once that changed
      const next = isMilepostError(error, "KeyReused") ? crypto.randomUUID() : key;
      return page<Shown>({ ...shown, reason, errors, key: next }, { status: error.status });
    }
  },
});

async function readShown(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  const { database, clock } = ctx.state.environment;
  const now = clock.now();
  const period = await withTenant(
    database,
    tenantId,
    (db) => findPeriod(db, ctx.params.entity, ctx.params.month, now),
    { readOnly: true },
  );
  ctx.state.title = {
    page: `${nameMonth(period.month)}, ${period.entity.name}`,
    section: "Accounting periods",
  };
  return {
    period,
    mayClose: session.actor.capabilities.has("ledger.close"),
    thisYear: now.toZonedDateTimeISO(period.entity.zone).year,
  };
}

export default define.page<typeof handler>(({ data }) => {
  const { period, errors } = data;
  const { entity, month, state, blockers } = period;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Ledger", href: "/ledger" },
          { label: "Accounting periods", href: "/ledger/periods" },
        ]}
        title={nameMonth(month)}
        subject={entity.name}
        state={state === "closed" ? <Badge state="done">Closed</Badge> : <Badge state="draft">Open</Badge>}
      />
      <ErrorSummary
        errors={errors}
        before={state === "closed" ? "the month is open" : "the month is closed"}
      />
      {blockers.length > 0 && <Blockers period={period} />}
      {data.mayClose && <Forms {...data} />}
      <p>
        <TapLink
          href={listHref("/ledger/trial-balance", {
            entity: entity.id,
            at: month.add({ months: 1 }).subtract({ days: 1 }).toString(),
          })}
        >
          Trial balance at the end of the month
        </TapLink>
      </p>
      {period.changes.length > 0 && <Changes {...data} />}
    </>
  );
});

function Blockers({ period: { entity, blockers } }: { period: PeriodDetail }) {
  return (
    <Section id="blockers" title="Before this month can be closed" first>
      <ul class="mb-6">
        {blockers.map((blocker) => {
          const link = linkOf(blocker, entity.id);
          return (
            <li
              key={`${blocker.kind} ${blocker.about} ${blocker.sentence}`}
              class="py-2 border-b border-line"
            >
              {blocker.sentence} {link && <TapLink href={link.href}>{link.label}</TapLink>}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** Where to deal with it. */
function linkOf({ kind, about }: Blocker, entityId: string): { label: string; href: string } | undefined {
  const at = { entity: entityId, at: about };
  switch (kind) {
    case "earlier_month":
      return { label: "Go to that month", href: `/ledger/periods/${entityId}/${about}` };
    case "unfinished_run":
      return { label: "Go to the run", href: `/runs/${about}` };
    case "unissued":
      return { label: "Go to the invoice", href: `/invoices/${about}` };
    case "unposted_expiry":
      return { label: "Go to the wallet", href: `/customers/${about}/wallet` };
    case "unbalanced":
      return { label: "See the trial balance", href: listHref("/ledger/trial-balance", at) };
    case "unequal_receivables":
      return { label: "See what customers owe", href: listHref("/ledger/ageing", at) };
    case "not_over":
      return undefined;
  }
}

function Forms({ period, reason, errors, key }: Shown) {
  const { entity, month, state, blockers, isLastClosed } = period;
  const here = `/ledger/periods/${entity.id}/${monthText(month)}`;
  if (state === "closed") {
    if (!isLastClosed) return <p class="mb-4">Only the last closed month can be re-opened.</p>;
    return (
      <Form here={here} what="reopen" formKey={key}>
        <TextField
          id="reason"
          label="Reason"
          help="It stays with the month."
          example="A payment of the month came to light"
          value={reason}
          error={errorAt(errors, "reason")}
          maxlength={500}
        />
        <Actions>
          <Button kind="stop">{`Re-open ${nameMonth(month)}`}</Button>
        </Actions>
      </Form>
    );
  }
  if (blockers.length > 0) return null;
  return (
    <Form here={here} what="close" formKey={key}>
      <p class="mb-4 max-w-prose">
        Nothing stands in the way. Once the month is closed, nothing can be posted in it.
      </p>
      <Actions>
        <Button kind="go">{`Close ${nameMonth(month)}`}</Button>
      </Actions>
    </Form>
  );
}

function Form(
  { here, what, formKey, children }: {
    here: string;
    what: string;
    formKey: string;
    children: ComponentChildren;
  },
) {
  return (
    <form method="post" action={here} novalidate class="mb-6">
      <input type="hidden" name="key" value={formKey} />
      <input type="hidden" name="what" value={what} />
      {children}
    </form>
  );
}

function Changes({ period: { changes, entity }, thisYear }: Shown) {
  return (
    <Section id="changes" title="What was done">
      <Table
        caption="Closed and re-opened, the newest first"
        captionHidden
        columns={[
          { label: "What", cell: ({ kind }) => kind === "closed" ? "Closed" : "Re-opened" },
          {
            label: "When",
            cell: ({ at }) => <Moment instant={at.toString()} zone={entity.zone} thisYear={thisYear} />,
          },
          { label: "Who", cell: (change) => actorName(change.actor, change.actorName) },
          { label: "Reason", cell: ({ reason }) => reason || "none" },
        ]}
        rows={changes}
      />
    </Section>
  );
}
