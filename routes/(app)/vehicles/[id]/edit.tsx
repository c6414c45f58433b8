/** Changes a vehicle; what someone else changed meanwhile is shown and not overwritten unseen. */
import { type FreshContext, page } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { updateVehicle } from "../../../../lib/vehicles/commands.ts";
import { findVehicle, type Vehicle } from "../../../../lib/vehicles/views.ts";
import { readForm } from "../../../(_components)/form_fields.ts";
import { sendForm, staleErrors } from "../../(_components)/sent_form.ts";
import { VehicleForm, type VehicleFormProps, vehicleLabels } from "../(_components)/vehicle_form.tsx";
import { readVehicleValues, vehicleValuesOf } from "../(_components)/vehicle_values.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const vehicle = await read(ctx);
    ctx.state.title = { page: "Change", section: `Vehicle ${vehicle.reference}` };
    const hidden = { key: crypto.randomUUID(), rowVersion: vehicle.rowVersion };
    return page<Shown>({ vehicle, values: vehicleValuesOf(vehicle), errors: [], hidden });
  },
  async POST(ctx) {
    const vehicle = await read(ctx);
    const field = await readForm(ctx.req);
    const values = readVehicleValues(field);
    const rowVersion = field("rowVersion");
    const input = { ...values, vehicleId: vehicle.id, rowVersion };
    const sent = await sendForm(ctx, updateVehicle, field("key"), input, vehicleLabels);
    if ("result" in sent) return ctx.redirect(`/vehicles/${vehicle.id}?done=changed`, 303);
    const { errors, key, status, isStale } = sent.refusal;
    ctx.state.title = { page: "Change", section: `Vehicle ${vehicle.reference}`, hasErrors: true };
    if (!isStale) return page<Shown>({ vehicle, values, errors, hidden: { key, rowVersion } }, { status });
    const now = await read(ctx);
    const changed = staleErrors(values, vehicleValuesOf(now), vehicleLabels);
    const hidden = { key, rowVersion: now.rowVersion };
    return page<Shown>({ vehicle: now, values, errors: [...errors, ...changed], hidden }, { status });
  },
});

interface Shown extends Pick<VehicleFormProps, "values" | "errors" | "hidden"> {
  vehicle: Vehicle;
}

export default define.page<typeof handler>(({ data: { vehicle, ...form } }) => {
  const here = `/vehicles/${vehicle.id}`;
  return (
    <VehicleForm
      {...form}
      title={`Change vehicle ${vehicle.reference}`}
      parent={{ label: vehicle.reference, href: here }}
      action={`${here}/edit`}
      submit="Save the changes"
      cancelHref={here}
    />
  );
});

async function read(ctx: FreshContext<State>): Promise<Vehicle> {
  const { session, tenantId } = signedIn(ctx.state);
  requireCapability(session.actor, "vehicles.write");
  return await withTenant(
    ctx.state.environment.database,
    tenantId,
    (db) => findVehicle(db, ctx.params.id),
    { readOnly: true },
  );
}
