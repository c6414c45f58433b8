/** A believable fleet business, the same for the same seed: who bills, who is billed, what they drive and on which terms. */
import type { TaxNumber } from "../../lib/core/tax_number.ts";

/** A small seeded generator (mulberry32), so that a demo is the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface SeedEntity {
  prefix: string;
  name: string;
  addressLines: string[];
  country: string;
  currency: string;
  zone: string;
  language: string;
  taxNumbers: TaxNumber[];
  taxPercent: string;
}

export interface SeedCharge {
  reference: string;
  name: string;
  kind: "recurring" | "usage";
  per: "vehicle" | "contract";
  meter?: { event: string; aggregate: string; field?: string; where?: Record<string, string> };
  price: Record<string, unknown>;
  taxCategory: "S" | "E";
  taxPercent: string;
}

export interface SeedPlan {
  reference: string;
  name: string;
  currency: string;
  charges: SeedCharge[];
}

export interface SeedCustomer {
  reference: string;
  name: string;
  email: string | null;
  addressLines: string[];
  country: string;
  paymentTermsDays: number;
  invoiceDelivery: "email" | "by_hand";
}

export interface SeedVehicle {
  reference: string;
  plate: string;
  class: string;
  fuelType: string;
}

export interface SeedContract {
  reference: string;
  customer: string;
  entity: string;
  plan: string;
  startDate: string;
  anchorDay: number;
  vehicles: { vehicle: string; fromDate: string; toDate: string | null }[];
}

export interface SeedIndex {
  reference: string;
  name: string;
  unit: string;
  source: string;
  publicationLagDays: number;
  /** A date and a value on each line. */
  values: string;
}

/** First day of the first of three months, and of the month after the last. */
interface Quarter {
  start: Temporal.PlainDate;
  end: Temporal.PlainDate;
}

export interface SeedFleet extends Quarter {
  entities: SeedEntity[];
  indexes: SeedIndex[];
  plans: SeedPlan[];
  customers: SeedCustomer[];
  vehicles: SeedVehicle[];
  contracts: SeedContract[];
}

const entities: SeedEntity[] = [
  {
    prefix: "CFS",
    name: "Calder Fleet Services Ltd",
    addressLines: ["Unit 4, Saltworks Road", "Halifax HX3 9QT"],
    country: "GB",
    currency: "GBP",
    zone: "Europe/London",
    language: "en-GB",
    taxNumbers: [{ country: "GB", kind: "vat", number: "GB 123 4567 89" }],
    taxPercent: "20",
  },
  {
    prefix: "CFG",
    name: "Calder Flotte GmbH",
    addressLines: ["Hafenstraße 21", "20457 Hamburg"],
    country: "DE",
    currency: "EUR",
    zone: "Europe/Berlin",
    language: "de-DE",
    taxNumbers: [
      { country: "DE", kind: "vat", number: "DE 136695976" },
      { country: "AT", kind: "vat", number: "ATU 1234 5675" },
    ],
    taxPercent: "19",
  },
  {
    prefix: "CMK",
    name: "Calder Mobility KK",
    addressLines: ["2-14-3 Kaigan", "Minato-ku, Tokyo 105-0022"],
    country: "JP",
    currency: "JPY",
    zone: "Asia/Tokyo",
    language: "ja-JP",
    taxNumbers: [{ country: "JP", kind: "consumption_tax", number: "T 1234 5678 90123" }],
    taxPercent: "10",
  },
];

/** Prices by currency: lease a month, a kilometre, and the two tiers of a pool car. */
const priceList: Record<string, { lease: string; kilometre: string; tiers: [string, string, string] }> = {
  GBP: { lease: "412.00", kilometre: "0.1275", tiers: ["0.32", "0.27", "0.19"] },
  EUR: { lease: "468.00", kilometre: "0.149", tiers: ["0.36", "0.31", "0.22"] },
  JPY: { lease: "61800", kilometre: "21.35", tiers: ["48", "41.5", "29.25"] },
};

/** A diesel price by the week that rises and falls by a few pence, out a week after its day. */
function dieselIndex({ start, end }: Quarter): SeedIndex {
  const lines: string[] = [];
  let day = start.subtract({ days: 13 + start.dayOfWeek });
  for (let week = 0; Temporal.PlainDate.compare(day, end) < 0; week++, day = day.add({ days: 7 })) {
    const pence = 142 + ((week * 5) % 13) - 6;
    lines.push(`${day} 1.${pence - 100}`);
  }
  return {
    reference: "diesel-gb",
    name: "Diesel, United Kingdom",
    unit: "GBP per litre",
    source: "Made up for this demo",
    publicationLagDays: 7,
    values: lines.join("\n"),
  };
}

function plansOf(entity: SeedEntity): SeedPlan[] {
  const prices = priceList[entity.currency];
  const standard = { taxCategory: "S", taxPercent: entity.taxPercent } as const;
  const fuel: SeedCharge = {
    reference: "fuel",
    name: "Fuel cards, cost plus 2%",
    kind: "usage",
    per: "contract",
    meter: { event: "fuel", aggregate: "sum", field: "cost" },
    price: { model: "pass_through", field: "cost", markupPercent: "2" },
    ...standard,
  };
  const tolls: SeedCharge = {
    reference: "tolls",
    name: "Road tolls, passed on at cost",
    kind: "usage",
    per: "contract",
    meter: { event: "toll", aggregate: "sum", field: "cost" },
    price: { model: "pass_through", field: "cost" },
    taxCategory: "E",
    taxPercent: "0",
  };
  const repairs: SeedCharge = {
    reference: "maintenance",
    name: "Maintenance, cost plus 5%",
    kind: "usage",
    per: "vehicle",
    meter: { event: "maintenance", aggregate: "sum", field: "cost" },
    price: { model: "pass_through", field: "cost", markupPercent: "5" },
    ...standard,
  };
  const dieselSurcharge: SeedCharge = {
    reference: "surcharge",
    name: "Fuel surcharge",
    kind: "usage",
    per: "contract",
    meter: { event: "trip", aggregate: "sum", field: "km" },
    price: {
      model: "indexed",
      base: "0.02",
      index: "diesel-gb",
      baseIndex: "1.40",
      step: "0.02",
      change: "0.0025",
      floor: "0",
      ceiling: "0.05",
    },
    ...standard,
  };
  const tier = (upTo: string | null, unit: string) => ({ upTo, unit });
  return [
    {
      reference: `lease-${entity.currency.toLowerCase()}`,
      name: "Lease with mileage",
      currency: entity.currency,
      charges: [
        {
          reference: "lease",
          name: "Lease",
          kind: "recurring",
          per: "vehicle",
          price: { model: "flat", amount: prices.lease },
          ...standard,
        },
        {
          reference: "distance",
          name: "Distance",
          kind: "usage",
          per: "contract",
          meter: { event: "trip", aggregate: "sum", field: "km" },
          price: { model: "per_unit", unit: prices.kilometre },
          ...standard,
        },
        ...(entity.currency === "GBP" ? [dieselSurcharge] : []),
        fuel,
        tolls,
        repairs,
      ],
    },
    {
      reference: `pool-${entity.currency.toLowerCase()}`,
      name: "Car pool by distance",
      currency: entity.currency,
      charges: [
        {
          reference: "distance",
          name: "Business distance, by tier",
          kind: "usage",
          per: "contract",
          meter: { event: "trip", aggregate: "sum", field: "km", where: { purpose: "business" } },
          price: {
            model: "graduated",
            tiers: [
              tier("1000", prices.tiers[0]),
              tier("5000", prices.tiers[1]),
              tier(null, prices.tiers[2]),
            ],
          },
          ...standard,
        },
        {
          reference: "private",
          name: "Private distance",
          kind: "usage",
          per: "vehicle",
          meter: { event: "trip", aggregate: "sum", field: "km", where: { purpose: "private" } },
          price: { model: "per_unit", unit: prices.tiers[0] },
          ...standard,
        },
        fuel,
        tolls,
      ],
    },
  ];
}

const firstWords = [
  "Brightwater",
  "Kestrel",
  "Wick Lane",
  "Lumen",
  "Oakmere",
  "Pryce",
  "Harbour",
  "Northgate",
  "Alder",
  "Fennel",
  "Copper Hill",
  "Saltmarsh",
  "Beacon",
  "Thistle",
  "Quarry",
  "Larkfield",
  "Stonebridge",
  "Mallard",
  "Orchard",
  "Ridgeway",
];
const trades: Record<string, string[]> = {
  GB: ["Facilities Ltd", "Couriers Ltd", "Rail Support Ltd", "Broadband plc", "Housing Trust"],
  DE: ["Logistik GmbH", "Pflegedienst GmbH", "Bau AG", "Energie GmbH", "Handel KG"],
  JP: ["Logistics KK", "Care KK", "Engineering KK", "Foods KK", "Rental KK"],
};
const streets: Record<string, string[]> = {
  GB: ["18 Canal Wharf, Leeds LS11 5PS", "7 Mill Street, York YO1 9AB", "120 Dock Road, Hull HU9 1XY"],
  DE: ["Lange Reihe 4, 20099 Hamburg", "Am Markt 12, 28195 Bremen", "Ringstraße 88, 30159 Hannover"],
  JP: ["1-9-2 Marunouchi, Tokyo 100-0005", "3-5-1 Umeda, Osaka 530-0001", "2-4-6 Sakae, Nagoya 460-0008"],
};

const customerCount = 40;
const vehicleCount = 400;
const parkedIndex = 20;
const byHandIndex = 6;
const withoutEmailIndex = 12;
const vehiclesPerContract = vehicleCount / customerCount;

function entityOf(index: number): SeedEntity {
  // half of the customers are British, a third German, the rest Japanese
  return entities[index % 6 < 3 ? 0 : index % 6 < 5 ? 1 : 2];
}

function customerAt(index: number): SeedCustomer {
  const { country } = entityOf(index);
  const first = firstWords[index % firstWords.length];
  const trade = trades[country][(index * 7 + Math.floor(index / firstWords.length)) % 5];
  const [street, city] = streets[country][index % 3].split(", ");
  return {
    reference: `C-${String(index + 1).padStart(3, "0")}`,
    name: `${first} ${trade}`,
    email: index === withoutEmailIndex
      ? null
      : `accounts@${first.toLowerCase().replaceAll(" ", "-")}-${index + 1}.example`,
    // one customer whose address nobody has entered yet: each run leaves it out and says so
    addressLines: index === parkedIndex ? [] : ["Accounts payable", street, city],
    country,
    paymentTermsDays: [14, 30, 30, 45][index % 4],
    invoiceDelivery: index === byHandIndex ? "by_hand" : "email",
  };
}

function vehicleAt(index: number, random: () => number): SeedVehicle {
  const letters = "ABCDEFGHJKLMNPRSTUVWXY";
  const letter = () => letters[Math.floor(random() * letters.length)];
  return {
    reference: `V-${String(index + 1).padStart(4, "0")}`,
    plate: `${letter()}${letter()}${String(20 + index % 6)} ${letter()}${letter()}${letter()}`,
    class: ["van", "small van", "car", "estate car", "truck"][index % 5],
    fuelType: ["diesel", "electric", "petrol", "hybrid", "diesel"][index % 5],
  };
}

/** The three months to bill: the latest that end in a month with a clock change in Europe and are over. */
export function demoQuarter(
  today: Temporal.PlainDate,
): { start: Temporal.PlainDate; end: Temporal.PlainDate } {
  let last = today.with({ day: 1 }).subtract({ months: 1 });
  while (last.month !== 3 && last.month !== 10) last = last.subtract({ months: 1 });
  return { start: last.subtract({ months: 2 }), end: last.add({ months: 1 }) };
}

/** One customer's contract, with the cases that go wrong elsewhere: the 31st, a swap in mid-month, a late joiner. */
function contractAt(index: number, start: Temporal.PlainDate): SeedContract {
  const entity = entityOf(index);
  const plan = index % 3 === 2 ? "pool" : "lease";
  const begins = start.subtract({ months: 6 + index % 12 });
  const first = index * vehiclesPerContract;
  const vehicles = Array.from({ length: vehiclesPerContract }, (_, offset) => ({
    vehicle: `V-${String(first + offset + 1).padStart(4, "0")}`,
    fromDate: begins.toString(),
    toDate: null as string | null,
  }));
  if (index === 3) {
    // swapped in the middle of the second month: one stay ends on the day on which the other begins
    const swap = start.add({ months: 1 }).with({ day: 15 }).toString();
    vehicles[0].toDate = swap;
    vehicles[9].fromDate = swap;
  }
  if (index === 5) vehicles[8].fromDate = start.add({ months: 2, days: 11 }).toString();
  return {
    reference: `K-${String(index + 1).padStart(3, "0")}`,
    customer: customerAt(index).reference,
    entity: entity.prefix,
    plan: `${plan}-${entity.currency.toLowerCase()}`,
    startDate: begins.toString(),
    anchorDay: index === 7 ? 31 : 1,
    vehicles,
  };
}

/** The whole business for a quarter that starts on the given day. */
export function generateFleet(
  seed: number,
  quarter: Quarter,
): SeedFleet {
  const random = seededRandom(seed);
  const places = Array.from({ length: customerCount }, (_, place) => place);
  return {
    entities,
    indexes: [dieselIndex(quarter)],
    plans: entities.flatMap(plansOf),
    customers: places.map(customerAt),
    vehicles: Array.from({ length: vehicleCount }, (_, index) => vehicleAt(index, random)),
    contracts: places.map((place) => contractAt(place, quarter.start)),
    ...quarter,
  };
}
