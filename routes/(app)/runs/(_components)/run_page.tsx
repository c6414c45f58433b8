/** The page of one run with the decision that its reader can make, as it is looked at and as it is after a refusal. */
import type { FreshContext } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { actorKey } from "../../../../lib/core/actor.ts";
import { findRun, type RunDetail as Run } from "../../../../lib/invoicing/run/views.ts";
import { countRunDelivery, type RunDeliveryCounts } from "../../../../lib/notifications/views.ts";
import { countOf, showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { furtherSending } from "./delivery_words.ts";
import { describeRun } from "./describe_run.tsx";
import { RunDetail, type RunDetailProps } from "./run_detail.tsx";

/** What was typed into the form of the approval, and what is wrong with it. */
interface Typed {
  note: string;
  errors: FormError[];
}

interface Decision extends Typed {
  runId: string;
  /** What the approval binds, in hexadecimal. */
  resultHash: string;
  submit: string;
  mayApprove: boolean;
  /** The reader prepared it, so another person approves it. */
  isLeftToOthers: boolean;
  mayCancel: boolean;
  /** What lets the run go on, where something keeps it from that. */
  retry?: string;
  /** What sends the invoices that are left. */
  send?: string;
}

export interface RunPageProps {
  props: RunDetailProps;
  decision?: Decision;
}

/** Reads the run of the address, and names the page. Throws `NotFound`. */
export async function describeRunPage(
  ctx: FreshContext<State>,
  typed: Typed = { note: "", errors: [] },
): Promise<RunPageProps> {
  const { tenantId } = signedIn(ctx.state);
  const places = {
    exception: readPlace(ctx.url.searchParams.get("exception")),
    item: readPlace(ctx.url.searchParams.get("item")),
    correction: readPlace(ctx.url.searchParams.get("correction")),
  };
  const [detail, deliveries] = await withTenant(
    ctx.state.environment.database,
    tenantId,
    async (db) => {
      const detail = await findRun(db, ctx.params.id, places);
      return [detail, await countRunDelivery(db, ctx.params.id)] as const;
    },
    { readOnly: true },
  );
  const props = describeRun(detail, deliveries, places);
  const hasErrors = typed.errors.length > 0;
  ctx.state.title = {
    page: props.title,
    section: "Invoice runs",
    ...(hasErrors ? { hasErrors } : {}),
  };
  return { props, decision: decisionOf(ctx, detail, deliveries, typed) };
}

export function RunPage({ props, decision }: RunPageProps) {
  return <RunDetail {...props}>{decision && <Decide {...decision} />}</RunDetail>;
}

function readPlace(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** What the reader can decide about the run now, if anything. */
function decisionOf(
  { state }: FreshContext<State>,
  { run, counts, failedJobs, allowsOwnApproval }: Run,
  deliveries: RunDeliveryCounts,
  typed: Typed,
): Decision | undefined {
  const { actor } = signedIn(state).session;
  const mayCancel = actor.capabilities.has("invoices.draft") &&
    (run.state === "previewing" || run.state === "awaiting_approval");
  const mayApprove = run.state === "awaiting_approval" && actor.capabilities.has("invoices.approve");
  const isHeldUp = (run.finishedAt === null || run.state === "done") &&
    failedJobs.dead + failedJobs.waiting > 0;
  const retry = !actor.capabilities.has("jobs.manage")
    ? undefined
    : run.state === "blocked"
    ? "Check it again"
    : isHeldUp
    ? "Let it go on"
    : undefined;
  const send = actor.capabilities.has("invoices.send") ? furtherSending(run, deliveries) : undefined;
  if (!mayCancel && !mayApprove && !retry && !send) return undefined;
  const amount = showAmount(counts.total, run.currency);
  return {
    ...typed,
    runId: run.id,
    resultHash: run.resultHash?.toHex() ?? "",
    submit: `Approve ${whatIsApproved(counts, amount, showAmount(counts.creditTotal, run.currency))}`,
    mayApprove,
    isLeftToOthers: !allowsOwnApproval && run.preparedBy === actorKey(actor),
    mayCancel,
    retry,
    send,
  };
}

function Decide(
  { runId, resultHash, submit, mayApprove, isLeftToOthers, mayCancel, retry, send, ...typed }: Decision,
) {
  return (
    <Section id="decide" title={mayApprove && !isLeftToOthers ? "Approve the run" : "Decide"}>
      {mayApprove && isLeftToOthers && (
        <p class="max-w-prose mb-4">You prepared this run, so another person approves it.</p>
      )}
      {mayApprove && !isLeftToOthers && (
        <>
          <ErrorSummary errors={typed.errors} before="the run is approved" />
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
              value={typed.note}
              error={errorAt(typed.errors, "note")}
            />
          </Form>
        </>
      )}
      {retry && <Form action={`/runs/${runId}/retry`} submit={retry}>{null}</Form>}
      {send && (
        <Form action={`/runs/${runId}/send`} submit={send} hidden={{ key: crypto.randomUUID() }}>{null}</Form>
      )}
      {(mayCancel || (mayApprove && !isLeftToOthers)) && (
        <p class="flex flex-wrap gap-3 mt-4">
          {mayApprove && !isLeftToOthers && (
            <ButtonLink href={`/runs/${runId}/return`}>Return it to be mended</ButtonLink>
          )}
          {mayCancel && <ButtonLink href={`/runs/${runId}/cancel`}>Cancel this run</ButtonLink>}
        </p>
      )}
    </Section>
  );
}

/** "30 invoices, £14,832.00, and credit notes of £18.00". */
function whatIsApproved(
  { previewed, creditOnly, creditTotal }: Run["counts"],
  invoiced: string,
  credited: string,
): string {
  const invoices = previewed - creditOnly;
  const parts = [
    ...(invoices > 0 || creditTotal === 0n ? [`${countOf(invoices, "invoice")}, ${invoiced}`] : []),
    ...(creditTotal > 0n ? [`credit notes of ${credited}`] : []),
  ];
  return parts.join(", and ");
}
