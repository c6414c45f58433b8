/** Adds a price index. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { createPriceIndex } from "../../../lib/indexes/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm, wholeNumberOf } from "../(_components)/sent_form.ts";
import {
  IndexForm,
  type IndexFormProps,
  indexLabels,
  newIndexValues,
  readIndexForm,
} from "./(_components)/index_form.tsx";

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    ctx.state.title = { page: "Add an index", section: "Indexes" };
    return page<Shown>({ values: newIndexValues, errors: [], hidden: { key: crypto.randomUUID() } });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = readIndexForm(field);
    const input = { ...values, publicationLagDays: wholeNumberOf(values.publicationLagDays) };
    const sent = await sendForm(ctx, createPriceIndex, field("key"), input, indexLabels);
    if ("result" in sent) return ctx.redirect(`/indexes/${sent.result.priceIndexId}?done=added`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add an index", section: "Indexes", hasErrors: true };
    return page<Shown>({ values, errors, hidden: { key } }, { status });
  },
});

type Shown = Pick<IndexFormProps, "values" | "errors" | "hidden">;

export default define.page<typeof handler>(({ data }) => (
  <IndexForm
    {...data}
    title="Add an index"
    action="/indexes/new"
    submit="Save the index"
    cancelHref="/indexes"
  />
));
