/** The frame of every page that changes a contract: the contract it is about, one form, and the day from which it can change. */
import type { ComponentChildren } from "preact";
import type { FreshContext } from "fresh";
import { longDate } from "../../../../components/ui/date.tsx";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import type { TenantDb } from "../../../../db/tenant.ts";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { type ContractDetail, findContract } from "../../../../lib/contracts/views.ts";
import { contractTrail } from "./contract_words.tsx";

/** What every form of this kind holds, beside its own values. */
export interface ChangeForm<Values> {
  detail: ContractDetail;
  values: Values;
  errors: FormError[];
  /** Keeps a second press of the button from counting twice. */
  key: string;
}

/** The contract of the page's address with whatever else `read` finds, for whoever may change it. */
export async function readContract<More>(
  ctx: FreshContext<State>,
  read: (db: TenantDb, detail: ContractDetail) => Promise<More>,
): Promise<{ detail: ContractDetail; more: More }> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "contracts.write");
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const detail = await findContract(db, ctx.params.id);
    return { detail, more: await read(db, detail) };
  }, { readOnly: true });
}

/** The first day that is not billed, or the contract's first one. */
export function firstOpenDay({ contract, lastBilled }: ContractDetail): Temporal.PlainDate {
  const { startDate } = contract;
  return lastBilled && Temporal.PlainDate.compare(lastBilled.end, startDate) > 0 ? lastBilled.end : startDate;
}

/** "1 April 2024 or later; what is before is billed." */
export function openDayWords(detail: ContractDetail): string {
  const day = firstOpenDay(detail);
  const why = day.equals(detail.contract.startDate) ? "the contract starts then" : "what is before is billed";
  return `${longDate(day.toString())} or later; ${why}.`;
}

/** Of an amendment, which may reach into what is billed: "From 1 April 2024 it changes no bill. The next run corrects those of earlier days." */
export function amendedDayWords(detail: ContractDetail): string {
  if (!detail.lastBilled) return openDayWords(detail);
  const day = longDate(firstOpenDay(detail).toString());
  return `From ${day} on it changes no bill. Bills of earlier days are corrected by the next run.`;
}

export interface ContractChangeProps {
  detail: ContractDetail;
  errors: FormError[];
  idempotencyKey: string;
  title: string;
  state: string;
  /** Part of the address after the contract: "swap". */
  path: string;
  submit: string;
  /** The end of "2 things to fix before …". */
  before: string;
  children: ComponentChildren;
}

export function ContractChange(props: ContractChangeProps) {
  const { detail, errors, idempotencyKey, title, state, path, submit, before, children } = props;
  const { id, reference, customer, customerId } = detail.contract;
  const here = `/contracts/${id}`;
  return (
    <>
      <PageHeader
        trail={[...contractTrail, { label: reference, href: here }]}
        title={title}
        subject={
          <>
            {`Contract ${reference}, `}
            <TapLink href={`/customers/${customerId}`}>{customer}</TapLink>
          </>
        }
        state={state}
      />
      <ErrorSummary errors={errors} before={before} />
      <Form
        action={`${here}/${path}`}
        submit={submit}
        hidden={{ key: idempotencyKey }}
        cancel={{ label: "Back to the contract, unchanged", href: here }}
      >
        {children}
      </Form>
    </>
  );
}
