/** Ends a discount of a customer, or takes it back before it counted. */
import { type FreshContext, page } from "fresh";
import { errorAt, type FormError } from "../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../components/ui/field.tsx";
import { define, type State } from "../../../../../../define.ts";
import { endCustomerDiscount } from "../../../../../../lib/contracts/terms/customer_discount.ts";
import { type ContractTerm, findCustomerDiscount } from "../../../../../../lib/contracts/terms/views.ts";
import type { Customer } from "../../../../../../lib/customers/views.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../../(_components)/sent_form.ts";
import { termDays, termSentence } from "../../../../contracts/(_components)/term_words.tsx";
import { CustomerChange, readCustomer } from "../../../(_components)/customer_change.tsx";

const labels = { toDate: "End" };

interface Shown {
  customer: Customer;
  term: ContractTerm;
  toDate: string;
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { customer, more: term } = await read(ctx);
    ctx.state.title = { page: `End “${term.name}”`, section: customer.name };
    const toDate = term.to?.toString() ?? "";
    return page<Shown>({ customer, term, toDate, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { customer, more: term } = await read(ctx);
    const field = await readForm(ctx.req);
    const toDate = field("toDate").trim();
    const input = { customerId: customer.id, termId: term.id, toDate };
    const sent = await sendForm(ctx, endCustomerDiscount, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/customers/${customer.id}?done=discount_ended`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: `End “${term.name}”`, section: customer.name, hasErrors: true };
    return page<Shown>({ customer, term, toDate, errors, key }, { status });
  },
});

function read(ctx: FreshContext<State>) {
  return readCustomer(
    ctx,
    "contracts.write",
    (db, customer) => findCustomerDiscount(db, customer.id, ctx.params.term),
  );
}

export default define.page<typeof handler>(({ data: { customer, term, toDate, errors, key } }) => (
  <CustomerChange
    customer={customer}
    errors={errors}
    idempotencyKey={key}
    title={`End “${term.name}”`}
    state={`${termSentence(term, term.currency ?? "")} Periods that begin ${termDays(term)}.`}
    path={`discounts/${term.id}/end`}
    submit="Set the end"
    before="the end is set"
  >
    <TextField
      id="toDate"
      label={labels.toDate}
      help="The first day on which no period has it any more. Its own first day takes it back."
      example={term.from.add({ months: 1 }).toString()}
      type="date"
      value={toDate}
      error={errorAt(errors, "toDate")}
      short
    />
  </CustomerChange>
));
