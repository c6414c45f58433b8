/** Adds a vehicle. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { createVehicle } from "../../../lib/vehicles/commands.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { sendForm } from "../(_components)/sent_form.ts";
import { VehicleForm, type VehicleFormProps, vehicleLabels } from "./(_components)/vehicle_form.tsx";
import { newVehicleValues, readVehicleValues } from "./(_components)/vehicle_values.ts";

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "vehicles.write");
    ctx.state.title = { page: "Add a vehicle", section: "Vehicles" };
    return page<Shown>({ values: newVehicleValues, errors: [], hidden: { key: crypto.randomUUID() } });
  },
  async POST(ctx) {
    const field = await readForm(ctx.req);
    const values = readVehicleValues(field);
    const sent = await sendForm(ctx, createVehicle, field("key"), values, vehicleLabels);
    if ("result" in sent) return ctx.redirect(`/vehicles/${sent.result.vehicleId}?done=added`, 303);
    const { errors, key, status } = sent.refusal;
    ctx.state.title = { page: "Add a vehicle", section: "Vehicles", hasErrors: true };
    return page<Shown>({ values, errors, hidden: { key } }, { status });
  },
});

type Shown = Pick<VehicleFormProps, "values" | "errors" | "hidden">;

export default define.page<typeof handler>(({ data }) => (
  <VehicleForm
    {...data}
    title="Add a vehicle"
    action="/vehicles/new"
    submit="Save the vehicle"
    cancelHref="/vehicles"
  />
));
