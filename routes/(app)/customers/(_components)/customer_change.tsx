/** The frame of the pages that change what a customer has agreed: the customer it is about, and one form. */
import type { ComponentChildren } from "preact";
import type { FreshContext } from "fresh";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { type TenantDb, withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import type { Capability } from "../../../../lib/core/actor.ts";
import { type Customer, findCustomer } from "../../../../lib/customers/views.ts";

/** The customer of the page's address with whatever else `read` finds, for whoever may change it. */
export async function readCustomer<More>(
  ctx: FreshContext<State>,
  capability: Capability,
  read: (db: TenantDb, customer: Customer) => Promise<More>,
): Promise<{ customer: Customer; more: More }> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, capability);
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const customer = await findCustomer(db, ctx.params.id);
    return { customer, more: await read(db, customer) };
  }, { readOnly: true });
}

export interface CustomerChangeProps {
  customer: Customer;
  errors: FormError[];
  idempotencyKey: string;
  title: string;
  state: string;
  /** Part of the address after the customer: "coupon". */
  path: string;
  submit: string;
  /** The end of "2 things to fix before …". */
  before: string;
  children: ComponentChildren;
}

export function CustomerChange(props: CustomerChangeProps) {
  const { customer: { id, name, reference }, errors, idempotencyKey, title, state, path, submit } = props;
  const here = `/customers/${id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Customers", href: "/customers" },
          { label: name, href: here },
        ]}
        title={title}
        subject={`${name}, customer ${reference}`}
        state={state}
      />
      <ErrorSummary errors={errors} before={props.before} />
      <Form
        action={`${here}/${path}`}
        submit={submit}
        hidden={{ key: idempotencyKey }}
        cancel={{ label: "Back to the customer, unchanged", href: here }}
      >
        {props.children}
      </Form>
    </>
  );
}
