/** The last look at an invoice that is to end unpaid, and why: what voiding and writing off share. */
import type { ComponentChildren } from "preact";
import { type FreshContext, page } from "fresh";
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { type Command, execute, type Json } from "../../../../lib/core/command.ts";
import type { MilepostError } from "../../../../lib/core/errors.ts";
import { nextStates } from "../../../../lib/invoicing/states.ts";
import { findInvoice, type InvoiceDetail } from "../../../../lib/invoicing/views.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { isRefusal } from "../../payments/(_components)/send_payment.ts";

export interface EndShown {
  invoice: InvoiceDetail;
  values: Record<string, string>;
  errors: FormError[];
  key: string;
}

interface Ending<Input, Result extends Json> {
  title: string;
  to: "void" | "uncollectible";
  command: Command<Input, Result>;
  /** Names of the fields. */
  fields: readonly string[];
  input(invoiceId: string, values: Record<string, string>): Input;
  /** What the page of the invoice then says. */
  done: string;
}

/** GET and POST of such a page, for whoever may approve and issue. */
export function endingHandlers<Input, Result extends Json>(
  { title, to, command, fields, input, done }: Ending<Input, Result>,
) {
  const titleOf = ({ number }: InvoiceDetail) => ({ page: title, section: `Invoice ${number}` });
  return {
    async GET(ctx: FreshContext<State>) {
      const invoice = await read(ctx);
      if (!nextStates(invoice.state).includes(to)) return ctx.redirect(`/invoices/${invoice.id}`, 303);
      ctx.state.title = titleOf(invoice);
      return page<EndShown>({ invoice, values: {}, errors: [], key: crypto.randomUUID() });
    },
    async POST(ctx: FreshContext<State>) {
      const { session, tenantId } = signedIn(ctx.state);
      const invoice = await read(ctx);
      const field = await readForm(ctx.req);
      const values = Object.fromEntries(fields.map((name) => [name, field(name)]));
      try {
        const execution = { tenantId, actor: session.actor, key: field("key") };
        await execute(ctx.state.environment, command, execution, input(invoice.id, values));
        return ctx.redirect(`/invoices/${invoice.id}?done=${done}`, 303);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        ctx.state.title = { ...titleOf(invoice), hasErrors: true };
        const shown = { invoice, values, errors: errorsOf(error), key: field("key") };
        return page<EndShown>(shown, { status: error.status });
      }
    },
  };
}

function errorsOf(error: MilepostError): FormError[] {
  return error.status === 422 ? formErrors(error) : [{ message: error.message }];
}

async function read(ctx: FreshContext<State>): Promise<InvoiceDetail> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "invoices.approve");
  requireCapability(session.actor, "invoices.issue");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findInvoice(db, ctx.params.id, { limit: 1 }),
    { readOnly: true },
  );
}

export interface EndInvoiceProps extends EndShown {
  title: string;
  state: string;
  figure: { label: string; value: string };
  facts: Fact[];
  /** Part of the address after the invoice: "void". */
  path: string;
  reasonExample: string;
  /** "Void invoice CFS-2024-0001". */
  submit: string;
  /** Fields beside the reason. */
  children?: ComponentChildren;
}

export function EndInvoice(props: EndInvoiceProps) {
  const { invoice, values, errors, key, title, state, figure, facts, path, reasonExample, submit } = props;
  const { id, number, buyer, customerId } = invoice;
  const here = `/invoices/${id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: number!, href: here },
        ]}
        title={title}
        subject={<TapLink href={`/customers/${customerId}`}>{buyer.name}</TapLink>}
        state={state}
        figure={figure}
      />
      <ErrorSummary errors={errors} before="the invoice ends" />
      <Facts facts={facts} />
      <div class="mt-8">
        <form method="post" action={`${here}/${path}`} novalidate>
          <input type="hidden" name="key" value={key} />
          <TextField
            id="reason"
            label="Reason"
            help="It stays with the invoice."
            example={reasonExample}
            error={errorAt(errors, "reason")}
            value={values.reason}
            maxlength={500}
          />
          {props.children}
          <Actions>
            <Button kind="stop">{submit}</Button>
            <ButtonLink kind="plain" href={here}>Back to the invoice, unchanged</ButtonLink>
          </Actions>
        </form>
      </div>
    </>
  );
}
