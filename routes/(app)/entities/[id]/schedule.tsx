/** Sets when the invoice runs of a billing entity are prepared by themselves. */
import { type FreshContext, page } from "fresh";
import { RadioGroup, Select } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { setRunSchedule } from "../../../../lib/invoicing/schedule/commands.ts";
import { findRunSchedule } from "../../../../lib/invoicing/schedule/views.ts";
import { findBillingEntity } from "../../../../lib/tenants/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm, wholeNumberOf } from "../../(_components)/sent_form.ts";

const labels = { isOn: "Who prepares the runs", dayOfMonth: "Day of the month", time: "Time" };

interface Shown {
  entity: { id: string; name: string; zone: string };
  values: { isOn: string; dayOfMonth: string; time: string };
  errors: FormError[];
  key: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { entity, schedule } = await read(ctx);
    ctx.state.title = { page: "Scheduled runs", section: entity.name };
    const values = {
      isOn: schedule?.isOn ? "yes" : "no",
      dayOfMonth: String(schedule?.dayOfMonth ?? 1),
      time: schedule?.time ?? "06:00",
    };
    return page<Shown>({ entity, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { entity } = await read(ctx);
    const field = await readForm(ctx.req);
    const values = { isOn: field("isOn"), dayOfMonth: field("dayOfMonth"), time: field("time") };
    const input = {
      billingEntityId: entity.id,
      isOn: values.isOn === "yes",
      dayOfMonth: wholeNumberOf(values.dayOfMonth),
      time: values.time,
    };
    const sent = await sendForm(ctx, setRunSchedule, field("key"), input, labels);
    if ("result" in sent) return ctx.redirect(`/entities/${entity.id}?done=scheduled#runs`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Scheduled runs", section: entity.name, hasErrors: true };
    return page<Shown>({ entity, values, errors, key }, { status });
  },
});

const days = Array.from({ length: 31 }, (_, index) => {
  const value = String(index + 1);
  return { value, label: value === "31" ? "31, or the last day" : value };
});

export default define.page<typeof handler>(({ data: { entity, values, errors, key } }) => {
  const here = `/entities/${entity.id}`;
  return (
    <>
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Billing entities", href: "/entities" },
          { label: entity.name, href: here },
        ]}
        here="Scheduled runs"
        title={`Scheduled runs of ${entity.name}`}
        state="Milepost prepares the run of the month that ended. It waits until a person approves it."
      />
      <ErrorSummary errors={errors} before="the schedule is saved" />
      <Form
        action={`${here}/schedule`}
        submit="Save the schedule"
        cancel={{ label: "Leave it as it is", href: here }}
        hidden={{ key }}
      >
        <RadioGroup
          id="isOn"
          legend={labels.isOn}
          options={[
            {
              value: "yes",
              label: "Milepost, every month",
              help: "A month that has a run already is not run again.",
            },
            { value: "no", label: "People", help: "Nothing is prepared by itself." },
          ]}
          value={values.isOn}
          error={errorAt(errors, "isOn")}
        />
        <Select
          id="dayOfMonth"
          label={labels.dayOfMonth}
          help="In the month after the one that is billed. A shorter month uses its last day."
          options={days}
          value={values.dayOfMonth}
          error={errorAt(errors, "dayOfMonth")}
          short
        />
        <TextField
          id="time"
          label={labels.time}
          help={`Hours and minutes in ${entity.zone}.`}
          example="06:00"
          value={values.time}
          error={errorAt(errors, "time")}
          maxlength={5}
          short
        />
      </Form>
    </>
  );
});

async function read(ctx: FreshContext<State>) {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "entities.write");
  return await withTenant(ctx.state.environment.database, tenantId, async (db) => {
    const entity = await findBillingEntity(db, ctx.params.id);
    return { entity, schedule: await findRunSchedule(db, entity) };
  }, { readOnly: true });
}
