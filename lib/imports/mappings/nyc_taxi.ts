/** Trips of New York City taxis as the city's Taxi and Limousine Commission publishes them, yellow and green together. */
import type { UsageMapping } from "../mapping.ts";

export const nycTaxi: UsageMapping = {
  name: "nyc-taxi",
  title: "New York City taxi trips",
  source: "nyc-taxi",
  event: "trip",
  at: { column: "tpep_pickup_datetime", format: { form: "local", zone: "America/New_York" } },
  // the company that runs the meter is who is billed: nyc-vendor-1, nyc-vendor-2, nyc-vendor-4
  subject: { contract: { column: "VendorID", prefix: "nyc-vendor-" } },
  fields: [
    { name: "miles", column: "trip_distance", required: true },
    { name: "passengers", column: "passenger_count" },
    { name: "fare", column: "fare_amount" },
    { name: "extra", column: "extra" },
    { name: "mta_tax", column: "mta_tax" },
    { name: "tip", column: "tip_amount" },
    { name: "tolls", column: "tolls_amount" },
    { name: "improvement_surcharge", column: "improvement_surcharge" },
    { name: "congestion_surcharge", column: "congestion_surcharge" },
    { name: "total", column: "total_amount", required: true },
  ],
  dimensions: [
    { name: "payment_type", column: "payment_type" },
    { name: "rate_code", column: "RatecodeID" },
    { name: "pickup_zone", column: "PULocationID" },
    { name: "dropoff_zone", column: "DOLocationID" },
    { name: "color", column: "color" },
  ],
};
