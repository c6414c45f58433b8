/** The pages that change a contract from a day on: a form, a look at what that does to the bill, then one command. */
import type { ComponentChildren } from "preact";
import { type FreshContext, page } from "fresh";
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { longDate } from "../../../../components/ui/date.tsx";
import { ErrorSummary } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import type { TenantDb } from "../../../../db/tenant.ts";
import { define, type State } from "../../../../define.ts";
import type { Effect } from "../../../../lib/contracts/amendments/commands.ts";
import type { ContractDetail } from "../../../../lib/contracts/views.ts";
import type { Command, Json } from "../../../../lib/core/command.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { Missing } from "../../invoices/(_components)/invoice_words.tsx";
import { type ChangeForm, readContract } from "./contract_change.tsx";
import { contractTrail } from "./contract_words.tsx";
import { effectFigure, EffectOnBill } from "./effect_on_bill.tsx";
import { sendChange } from "./send_change.ts";

export interface AmendmentForm<Field extends string, More> extends ChangeForm<Record<Field, string>> {
  more: More;
  /** What it does to the bill, once it was asked for. */
  effect?: Effect;
}

export interface Amendment<Field extends string, More, Input, Result extends Json & { effect: Effect }> {
  /** "Pause the contract". */
  title: string;
  /** In the order of the form. */
  labels: Record<Field, string>;
  command: Command<Input, Result>;
  /** Names the notice that the contract shows afterwards. */
  done: string;
  /** What the form needs beside the contract. */
  find(db: TenantDb, detail: ContractDetail, ctx: FreshContext<State>): Promise<More>;
  /** What stands in the fields at first. */
  proposed(detail: ContractDetail, more: More): Partial<Record<Field, string>>;
  /** Makes the input of what was typed, with ids for references. */
  inputOf(db: TenantDb, values: Record<Field, string>, detail: ContractDetail, more: More): Promise<Input>;
  /** The fields of the form by the names that the command gives them, where those differ. */
  fields?: Record<string, NoInfer<Field>>;
}

export function amendmentHandlers<
  Field extends string,
  More,
  Input,
  Result extends Json & { effect: Effect },
>(
  kind: Amendment<Field, More, Input, Result>,
) {
  const { title, labels, command, done, fields } = kind;
  const names = Object.keys(labels) as Field[];
  const valuesBy = (read: (name: Field) => string) =>
    Object.fromEntries(names.map((name) => [name, read(name).trim()])) as Record<Field, string>;
  const read = async (ctx: FreshContext<State>, hasErrors = false) => {
    const found = await readContract(ctx, (db, detail) => kind.find(db, detail, ctx));
    ctx.state.title = { page: title, section: `Contract ${found.detail.contract.reference}`, hasErrors };
    return found;
  };
  return define.handlers({
    async GET(ctx) {
      const found = await read(ctx);
      const query = ctx.url.searchParams;
      const isReview = query.get("review") !== null;
      const proposed: Partial<Record<Field, string>> = isReview
        ? {}
        : kind.proposed(found.detail, found.more);
      const values = valuesBy((name) => query.get(name) ?? proposed[name] ?? "");
      const shown = { ...found, values, errors: [], key: crypto.randomUUID() };
      if (!isReview) return page<AmendmentForm<Field, More>>(shown);
      const sent = await sendChange(ctx, command, {
        key: shown.key,
        dryRun: true,
        read: (db) => kind.inputOf(db, values, found.detail, found.more),
        fields,
        labels,
      });
      if ("saved" in sent) return page<AmendmentForm<Field, More>>({ ...shown, effect: sent.saved.effect });
      ctx.state.title!.hasErrors = true;
      return page<AmendmentForm<Field, More>>({ ...shown, errors: sent.errors }, { status: sent.status });
    },
    async POST(ctx) {
      const found = await read(ctx);
      const field = await readForm(ctx.req);
      const values = valuesBy(field);
      const sent = await sendChange(ctx, command, {
        key: field("key"),
        read: (db) => kind.inputOf(db, values, found.detail, found.more),
        fields,
        labels,
      });
      if ("saved" in sent) {
        return ctx.redirect(`/contracts/${found.detail.contract.id}?done=${done}#timeline`, 303);
      }
      ctx.state.title!.hasErrors = true;
      return page<AmendmentForm<Field, More>>({ ...found, values, ...sent }, { status: sent.status });
    },
  });
}

export interface AmendmentPageProps<Field extends string, More> {
  data: AmendmentForm<Field, More>;
  labels: Record<Field, string>;
  title: string;
  state: string;
  /** Part of the address after the contract: "swap". */
  path: string;
  /** "Pause the contract". */
  submit: string;
  /** The end of "2 things to fix before …". */
  before: string;
  /** The fields. */
  children: ComponentChildren;
}

export function AmendmentPage<Field extends string, More>(props: AmendmentPageProps<Field, More>) {
  const { data, title, state, before } = props;
  const { detail, errors, effect } = data;
  const { id, reference, customer, customerId } = detail.contract;
  return (
    <>
      <PageHeader
        trail={[...contractTrail, { label: reference, href: `/contracts/${id}` }]}
        title={title}
        subject={
          <>
            {`Contract ${reference}, `}
            <TapLink href={`/customers/${customerId}`}>{customer}</TapLink>
          </>
        }
        state={state}
        figure={effect && effectFigure(effect)}
      />
      <ErrorSummary errors={errors} before={before} />
      {effect ? <Review {...props} effect={effect} /> : <Fields {...props} />}
    </>
  );
}

function Fields<Field extends string, More>({ data, path, children }: AmendmentPageProps<Field, More>) {
  const here = `/contracts/${data.detail.contract.id}`;
  return (
    <form method="get" action={`${here}/${path}`} novalidate>
      <input type="hidden" name="review" value="yes" />
      {children}
      <Actions>
        <Button kind="go">See what it does to the bill</Button>
        <ButtonLink kind="plain" href={here}>Back to the contract, unchanged</ButtonLink>
      </Actions>
    </form>
  );
}

function Review<Field extends string, More>(
  { data, labels, path, submit, effect }: AmendmentPageProps<Field, More> & { effect: Effect },
) {
  const { values, key } = data;
  const action = `/contracts/${data.detail.contract.id}/${path}`;
  const names = Object.keys(labels) as Field[];
  return (
    <>
      <Facts facts={names.map((name) => ({ label: labels[name], value: shown(values[name]) }))} />
      <EffectOnBill effect={effect} />
      <div class="mt-8">
        <Form action={action} submit={submit} hidden={{ ...values, key }}>{null}</Form>
        <p class="mt-3">
          <ButtonLink kind="plain" href={`${action}?${new URLSearchParams(values)}`}>
            Change it, nothing saved
          </ButtonLink>
        </p>
      </div>
    </>
  );
}

function shown(value: string) {
  if (value === "") return <Missing>none</Missing>;
  return <span class="break-words">{/^\d{4}-\d\d-\d\d$/.test(value) ? longDate(value) : value}</span>;
}
