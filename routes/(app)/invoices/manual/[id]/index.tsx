/** Writes an invoice by hand: every button keeps what is typed, and the server says what it comes to. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import { saveManualInvoice } from "../../../../../lib/invoicing/manual/commands.ts";
import { isOpenManual } from "../../../../../lib/invoicing/manual/states.ts";
import {
  linesPerPage,
  type ManualInvoice,
  readManualInvoice,
} from "../../../../../lib/invoicing/manual/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm, staleErrors } from "../../../(_components)/sent_form.ts";
import { ManualEditor, type ManualEditorProps } from "../(_components)/manual_editor.tsx";
import {
  flatManual,
  labelOf,
  linesAfter,
  readManualForm,
  type SentManual,
} from "../(_components)/manual_form.ts";

const notices: Record<string, string> = {
  opened: "This draft is open. Add its lines.",
  saved: "This draft is saved.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const query = ctx.url.searchParams;
    const after = Number(/^\d{1,5}$/.exec(query.get("after") ?? "")?.[0] ?? 0);
    const draft = await read(ctx, after);
    if (!isOpenManual(draft.state)) return ctx.redirect(placeOf(draft), 303);
    setTitle(ctx, draft, false);
    return page<ManualEditorProps>({
      draft,
      terms: draft,
      lines: draft.lines,
      after,
      version: String(draft.version),
      key: crypto.randomUUID(),
      errors: [],
      newLine: Number(/^\d{1,5}$/.exec(query.get("line") ?? "")?.[0] ?? 0),
      notice: notices[query.get("done") ?? ""],
    });
  },
  async POST(ctx) {
    const sent = readManualForm(await readForm(ctx.req));
    const draft = await read(ctx, sent.after);
    const lines = linesAfter(sent);
    const { action: _, key, ...form } = sent;
    const input = { ...form, manualInvoiceId: draft.id, lines };
    const saved = await sendForm(ctx, saveManualInvoice, key, input, {});
    if ("result" in saved) return ctx.redirect(nextPlace(draft, sent, lines.length), 303);
    const { errors, status, isStale, key: nextKey } = saved.refusal;
    const typed = flatManual(sent, sent.after, sent.lines);
    const labels = Object.fromEntries(Object.keys(typed).map((name) => [name, labelOf(name) ?? name]));
    const now = flatManual(draft, sent.after, draft.lines);
    const known = Object.fromEntries(Object.keys(typed).map((name) => [name, now[name] ?? ""]));
    const changed = isStale ? staleErrors(typed, known, labels) : [];
    setTitle(ctx, draft, true);
    return page<ManualEditorProps>({
      draft,
      terms: sent,
      lines: sent.lines.map((line) => ({ ...line, amount: null })),
      after: sent.after,
      version: isStale ? String(draft.version) : sent.version,
      key: nextKey,
      errors: [...errors.map((error) => ({ ...error, label: labelOf(error.field ?? "") })), ...changed],
    }, { status });
  },
});

export default define.page<typeof handler>(({ data }) => <ManualEditor {...data} />);

/** Where the page of an issued or discarded one is. */
function placeOf({ invoiceId }: ManualInvoice): string {
  return invoiceId === null ? "/invoices/manual?done=discarded" : `/invoices/${invoiceId}`;
}

/** The line that the button made or left, so that the keyboard goes on where it was. */
function nextPlace({ id }: ManualInvoice, { action, after }: SentManual, count: number): string {
  const here = `/invoices/manual/${id}`;
  if (action === "review") return `${here}/review`;
  if (action === "add") {
    const page = count > linesPerPage ? after + linesPerPage : after;
    return `${here}?after=${page}&line=${after + count}`;
  }
  return `${here}?${action === "save" ? "done=saved&" : ""}after=${after}${
    action === "save" ? "" : "#lines"
  }`;
}

function setTitle(ctx: FreshContext<State>, { customer }: ManualInvoice, hasErrors: boolean): void {
  ctx.state.title = { page: `Draft for ${customer.name}`, section: "Invoices", hasErrors };
}

async function read(ctx: FreshContext<State>, after: number): Promise<ManualInvoice> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.draft");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => readManualInvoice(db, ctx.params.id, after),
    { readOnly: true },
  );
}
