/** Ends what was agreed beside a contract's plan, or takes it back before it counted. */
import { type FreshContext, page } from "fresh";
import { errorAt } from "../../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../../components/ui/field.tsx";
import { define, type State } from "../../../../../../define.ts";
import { endTerm } from "../../../../../../lib/contracts/terms/commands.ts";
import { type ContractTerm, findTerm } from "../../../../../../lib/contracts/terms/views.ts";
import { readForm } from "../../../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  openDayWords,
  readContract,
} from "../../../(_components)/contract_change.tsx";
import { sendChange } from "../../../(_components)/send_change.ts";
import { termDays, termSentence } from "../../../(_components)/term_words.tsx";

const labels = { toDate: "End" };

interface Shown extends ChangeForm<{ toDate: string }> {
  term: ContractTerm;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { detail, more: term } = await read(ctx);
    ctx.state.title = { page: `End “${term.name}”`, section: `Contract ${detail.contract.reference}` };
    const values = { toDate: term.to?.toString() ?? "" };
    return page<Shown>({ detail, term, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail, more: term } = await read(ctx);
    const { id, reference } = detail.contract;
    const field = await readForm(ctx.req);
    const values = { toDate: field("toDate").trim() };
    const sent = await sendChange(ctx, endTerm, {
      key: field("key"),
      read: () => Promise.resolve({ contractId: id, termId: term.id, ...values }),
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${id}?done=term_ended`, 303);
    ctx.state.title = { page: `End “${term.name}”`, section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, term, values, ...sent }, { status: sent.status });
  },
});

function read(ctx: FreshContext<State>) {
  return readContract(ctx, (db, { contract }) => findTerm(db, contract.id, ctx.params.term));
}

export default define.page<typeof handler>(({ data: { detail, term, values, errors, key } }) => (
  <ContractChange
    detail={detail}
    errors={errors}
    idempotencyKey={key}
    title={`End “${term.name}”`}
    state={`${termSentence(term, detail.contract.currency)} Periods that begin ${termDays(term)}.`}
    path={`terms/${term.id}/end`}
    submit="Set the end"
    before="the end is set"
  >
    <TextField
      id="toDate"
      label={labels.toDate}
      help={`The first day on which no period has it any more. ${openDayWords(detail)}`}
      example={firstOpenDay(detail).add({ months: 1 }).toString()}
      type="date"
      value={values.toDate}
      error={errorAt(errors, "toDate")}
      short
    />
  </ContractChange>
));
