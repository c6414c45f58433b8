/** Imports exchange rates from a file of the European Central Bank. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { FileField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { importEcbRates } from "../../../lib/currencies/commands.ts";
import { fieldsOf, formErrors } from "../../(_components)/form_fields.ts";
import { chosenFile, readUploadForm } from "../../(_components)/upload_form.ts";
import { sendForm } from "../(_components)/sent_form.ts";

const largestMegabytes = 15;
const labels = { file: "File with rates" };

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    return show(ctx, [], crypto.randomUUID(), 200);
  },
  async POST(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "plans.write");
    try {
      const form = await readUploadForm(ctx.req, {
        megabytes: largestMegabytes,
        otherwise: "Choose the file of the last 90 days.",
      });
      // the decoder puts a sign for what is no UTF-8, which no rate holds
      const content = await chosenFile(form).text();
      const sent = await sendForm(ctx, importEcbRates, fieldsOf(form)("key"), { content }, labels);
      if ("refusal" in sent) return show(ctx, sent.refusal.errors, sent.refusal.key, sent.refusal.status);
      const { added, corrected, unchanged } = sent.result;
      const counts = `added=${added}&corrected=${corrected}&unchanged=${unchanged}`;
      return ctx.redirect(`/exchange-rates?done=imported&${counts}`, 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput") && !isMilepostError(error, "TooLarge")) throw error;
      return show(ctx, formErrors(error), crypto.randomUUID(), error.status);
    }
  },
});

interface Shown {
  errors: FormError[];
  key: string;
}

function show(ctx: FreshContext<State>, errors: FormError[], key: string, status: number) {
  ctx.state.title = { page: "Import rates", section: "Exchange rates", hasErrors: errors.length > 0 };
  return page<Shown>({ errors: errors.map((error) => ({ label: labels.file, ...error })), key }, { status });
}

export default define.page<typeof handler>(({ data: { errors, key } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Exchange rates", href: "/exchange-rates" }]}
      title="Import rates"
      state="The European Central Bank publishes its rates on every working day. Rates that are there are not added twice."
    />
    <ErrorSummary errors={errors} before="the rates are read" />
    <Form
      action="/exchange-rates/import"
      submit="Import the rates"
      cancel={{ label: "Leave without importing", href: "/exchange-rates" }}
      hidden={{ key }}
      upload
    >
      <FileField
        id="file"
        label={labels.file}
        help={`As the bank gives it, XML or CSV, unpacked, up to ${largestMegabytes} MB.`}
        example="eurofxref-hist-90d.xml"
        accept=".xml,.csv,text/xml,application/xml,text/csv"
        error={errorAt(errors, "file")}
      />
    </Form>
  </>
));
