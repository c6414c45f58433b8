/**
 * Taxi trips as the City of Chicago publishes them. A third of them names no company, and so leads to no customer. The
 * seconds count the clock on the wall as if it were UTC (the file's own hours and months agree with UTC in every row):
 * an entity in the zone UTC bills the file's own months.
 */
import type { UsageMapping } from "../mapping.ts";

export const chicagoTaxi: UsageMapping = {
  name: "chicago-taxi",
  title: "Chicago taxi trips",
  source: "chicago-taxi",
  event: "trip",
  at: { column: "trip_start_timestamp", format: { form: "unix_seconds" } },
  // "Top Cab Affiliation" is billed on the contract chicago-top-cab-affiliation
  subject: { contract: { column: "company", prefix: "chicago-", form: "slug" } },
  fields: [
    { name: "miles", column: "trip_miles", required: true },
    { name: "seconds", column: "trip_seconds" },
    { name: "fare", column: "fare" },
    { name: "tip", column: "tips" },
  ],
  dimensions: [
    { name: "payment_type", column: "payment_type" },
    { name: "pickup_area", column: "pickup_community_area" },
    { name: "dropoff_area", column: "dropoff_community_area" },
  ],
};
