/** One vehicle: what it is, on which contracts it was, and what it did last. */
import { page } from "fresh";
import { Day, Moment } from "../../../../components/ui/date.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { homeZone } from "../../../../lib/tenants/views.ts";
import {
  findVehicleDetail,
  type NamedStay,
  type UsageEventOfVehicle,
  type VehicleDetail as Vehicle,
} from "../../../../lib/vehicles/views.ts";
import { countOf, Missing } from "../../invoices/(_components)/invoice_words.tsx";
import {
  VehicleDetail,
  type VehicleDetailProps,
  type VehicleStayRow,
  type VehicleUsageRow,
} from "../(_components)/vehicle_detail.tsx";

const notices: Record<string, string> = {
  added: "This vehicle is saved. Put it on a contract, so that it is billed.",
  changed: "The changes are saved.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const now = environment.clock.now();
    const [vehicle, zone] = await withTenant(
      environment.database,
      tenantId,
      (db) => Promise.all([findVehicleDetail(db, ctx.params.id, now), homeZone(db)]),
      { readOnly: true },
    );
    const { id, reference } = vehicle.vehicle;
    ctx.state.title = { page: reference, section: "Vehicles" };
    const mayEdit = session.actor.capabilities.has("vehicles.write");
    return page({
      props: describe(vehicle, zone, localDate(now, zone).year, mayEdit ? `/vehicles/${id}/edit` : undefined),
      notice: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data: { props, notice } }) => (
  <>
    {notice && <Notice tone="good">{notice}</Notice>}
    <VehicleDetail {...props} />
  </>
));

function describe(
  { vehicle, contractToday, stays, stayCount, usage }: Vehicle,
  zone: string,
  thisYear: number,
  editHref: string | undefined,
): VehicleDetailProps {
  const { reference, plate, vin, fuelType } = vehicle;
  const orMissing = (value: string | null, words: string) => value ?? <Missing>{words}</Missing>;
  return {
    reference,
    state: contractToday ? `On contract ${contractToday} today.` : "On no contract today.",
    editHref,
    facts: [
      { label: "Number plate", value: plate },
      { label: "Class", value: orMissing(vehicle.class, "none") },
      { label: "Fuel", value: orMissing(fuelType, "not said") },
      { label: "Chassis number", value: orMissing(vin, "not said") },
    ],
    stays: stays.map(describeStay),
    staysShown: stayCount > stays.length
      ? `The latest ${stays.length} of ${countOf(stayCount, "stay")}.`
      : undefined,
    usage: usage.map((event) => describeEvent(event, zone, thisYear)),
  };
}

function describeStay({ contractId, contract, from, to }: NamedStay): VehicleStayRow {
  return {
    href: `/contracts/${contractId}`,
    contract,
    from: <Day date={from.toString()} />,
    until: to === null ? "no end" : <Day date={to.subtract({ days: 1 }).toString()} />,
  };
}

function describeEvent(
  { at, event, properties, source }: UsageEventOfVehicle,
  zone: string,
  thisYear: number,
): VehicleUsageRow {
  const what = Object.entries(properties).map(([name, value]) => `${name} ${value}`).join(", ");
  return {
    at: <Moment instant={at.toString()} zone={zone} thisYear={thisYear} />,
    event,
    what: what === "" ? "nothing more" : what,
    source,
  };
}
