/** Milepost's own form: one row for each trip, fuel purchase, toll or repair of a vehicle, with an id of its own. */
import type { UsageMapping } from "../mapping.ts";

export const fleetUsage: UsageMapping = {
  name: "fleet-usage",
  title: "Milepost fleet usage",
  source: "fleet",
  event: { column: "event" },
  at: { column: "at", format: { form: "rfc3339" } },
  subject: { vehicle: { column: "vehicle" } },
  id: { column: "id" },
  corrects: { column: "corrects" },
  fields: [
    { name: "km", column: "km", required: ["trip"] },
    { name: "cost", column: "cost", required: ["fuel", "toll", "maintenance"] },
  ],
  dimensions: [{ name: "purpose", column: "purpose" }],
};
