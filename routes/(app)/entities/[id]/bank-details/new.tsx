/** Proposes bank details of a billing entity; another person puts them in force. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../../define.ts";
import { requireCapability } from "../../../../../lib/auth/policy.ts";
import type { BankAccountInput } from "../../../../../lib/tenants/bank_account.ts";
import { proposeBankDetails } from "../../../../../lib/tenants/bank_details.ts";
import { findBillingEntity, type WholeBillingEntity } from "../../../../../lib/tenants/views.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import { sendForm } from "../../../(_components)/sent_form.ts";

const labels: Record<keyof BankAccountInput, string> = {
  accountHolder: "Account holder",
  iban: "IBAN",
  accountNumber: "Account number",
  routingNumber: "Routing number",
  bic: "BIC",
  bankName: "Name of the bank",
};

interface Shown {
  entity: WholeBillingEntity;
  values: BankAccountInput;
  errors: FormError[];
  key: string;
}

/** What was typed must not stay in a cache or a history. */
const headers = { "cache-control": "no-store" };

export const handler = define.handlers({
  async GET(ctx) {
    const entity = await read(ctx);
    ctx.state.title = { page: "Propose bank details", section: entity.name };
    const values = {
      accountHolder: entity.name,
      iban: "",
      accountNumber: "",
      routingNumber: "",
      bic: "",
      bankName: "",
    };
    return page<Shown>({ entity, values, errors: [], key: crypto.randomUUID() }, { headers });
  },
  async POST(ctx) {
    const entity = await read(ctx);
    const field = await readForm(ctx.req);
    const values = Object.fromEntries(
      Object.keys(labels).map((name) => [name, field(name)]),
    ) as unknown as BankAccountInput;
    const input = { billingEntityId: entity.id, ...values };
    const sent = await sendForm(ctx, proposeBankDetails, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/entities/${entity.id}?done=proposed`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Propose bank details", section: entity.name, hasErrors: true };
    return page<Shown>({ entity, values, errors, key }, { status, headers });
  },
});

export default define.page<typeof handler>(({ data: { entity, values, errors, key } }) => {
  const here = `/entities/${entity.id}`;
  const at = (id: keyof BankAccountInput) => ({
    id,
    label: labels[id],
    value: values[id],
    error: errorAt(errors, id),
    autocomplete: "off",
  });
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here="Propose bank details"
        title="Propose bank details"
        state="Another person checks them. Until then nothing changes."
      />
      <ErrorSummary errors={errors} before="the bank details are saved" />
      <Form
        action={`${here}/bank-details/new`}
        submit="Save for approval"
        cancel={{ label: "Leave without saving", href: here }}
        hidden={{ key }}
      >
        <TextField
          {...at("accountHolder")}
          help="The name in which the bank keeps the account."
          example="Calder Fleet Services Ltd"
          maxlength={70}
        />
        <TextField
          {...at("iban")}
          help="Leave it empty where the account has none, and fill in the two numbers below."
          example="GB29 NWBK 6016 1331 9268 19"
          maxlength={60}
          optional
        />
        <TextField
          {...at("accountNumber")}
          help="Only for an account without an IBAN."
          example="31926819"
          maxlength={60}
          optional
        />
        <TextField
          {...at("routingNumber")}
          help="The sort code, bank code or ABA number that goes with it."
          example="60-16-13"
          maxlength={30}
          optional
          short
        />
        <TextField
          {...at("bic")}
          help="The bank’s code, for payments from abroad."
          example="NWBKGB2L"
          maxlength={20}
          optional
          short
        />
        <TextField
          {...at("bankName")}
          help="As it stands on a statement."
          example="National Westminster Bank"
          maxlength={100}
          optional
        />
      </Form>
    </>
  );
});

async function read(ctx: FreshContext<State>): Promise<WholeBillingEntity> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "bank_details.propose");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findBillingEntity(db, ctx.params.id),
    { readOnly: true },
  );
}
