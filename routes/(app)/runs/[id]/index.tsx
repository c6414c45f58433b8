/** One invoice run: what it comes to, what is unusual, and the decision of the second person. */
import { type FreshContext, page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { TextArea } from "../../../../components/ui/field.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { actorKey } from "../../../../lib/core/actor.ts";
import { findRun, type RunDetail as Run } from "../../../../lib/invoicing/run/views.ts";
import { countOf, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { describeRun } from "../(_components)/describe_run.tsx";
import { RunDetail, type RunDetailProps } from "../(_components)/run_detail.tsx";

interface Decision {
  runId: string;
  /** What the approval binds, in hexadecimal. */
  resultHash: string;
  submit: string;
  mayApprove: boolean;
  /** The reader prepared it, so another person approves it. */
  isLeftToOthers: boolean;
  mayCancel: boolean;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const places = {
      exception: readPlace(ctx.url.searchParams.get("exception")),
      item: readPlace(ctx.url.searchParams.get("item")),
    };
    const detail = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => findRun(db, ctx.params.id, places),
      { readOnly: true },
    );
    const props = describeRun(detail, places);
    ctx.state.title = { page: props.title, section: "Invoice runs" };
    return page({ props, decision: decisionOf(ctx, detail) });
  },
});

interface Data {
  props: RunDetailProps;
  decision?: Decision;
}

export default define.page<typeof handler>(({ data: { props, decision } }: { data: Data }) => (
  <RunDetail {...props}>{decision && <Decide {...decision} />}</RunDetail>
));

function readPlace(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** What the reader can decide about the run now, if anything. */
function decisionOf(
  { state }: FreshContext<State>,
  { run, counts, allowsOwnApproval }: Run,
): Decision | undefined {
  const { actor } = signedIn(state).session;
  const mayCancel = actor.capabilities.has("invoices.draft") &&
    (run.state === "previewing" || run.state === "awaiting_approval");
  const mayApprove = run.state === "awaiting_approval" && actor.capabilities.has("invoices.approve");
  if (!mayCancel && !mayApprove) return undefined;
  const amount = showAmount(counts.total, run.currency);
  return {
    runId: run.id,
    resultHash: run.resultHash?.toHex() ?? "",
    submit: `Approve ${countOf(counts.previewed, "invoice")}, ${amount}`,
    mayApprove,
    isLeftToOthers: !allowsOwnApproval && run.preparedBy === actorKey(actor),
    mayCancel,
  };
}

function Decide({ runId, resultHash, submit, mayApprove, isLeftToOthers, mayCancel }: Decision) {
  return (
    <Section id="decide" title={mayApprove && !isLeftToOthers ? "Approve the run" : "Decide"}>
      {mayApprove && isLeftToOthers && (
        <p class="max-w-prose mb-4">You prepared this run, so another person approves it.</p>
      )}
      {mayApprove && !isLeftToOthers && (
        <Form
          action={`/runs/${runId}/approve`}
          submit={submit}
          hidden={{ resultHash, key: crypto.randomUUID() }}
        >
          <TextArea
            id="note"
            label="Note"
            help="Kept with the run."
            example="New vans agreed by phone."
            rows={2}
            optional
          />
        </Form>
      )}
      <p class="flex flex-wrap gap-3 mt-4">
        {mayApprove && !isLeftToOthers && (
          <ButtonLink href={`/runs/${runId}/return`}>Return it to be mended</ButtonLink>
        )}
        {mayCancel && <ButtonLink href={`/runs/${runId}/cancel`}>Cancel this run</ButtonLink>}
      </p>
    </Section>
  );
}
