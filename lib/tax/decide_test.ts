/** Guards where a supply is taxed and who owes the tax, by cases that the law and its guides give. */
import assert from "node:assert/strict";
import { decideTax } from "./decide.ts";
import type { TaxFacts } from "../core/tax_facts.ts";
import { ratesOf } from "./rate.ts";

const day = "2025-06-30";

/** A German lessor with a hire of a year, and a customer who is changed by each case. */
function facts(
  { seller = "DE", registrations = [`${seller} vat`], buyer = {}, hireDays = 365, place, rates = [] }: {
    seller?: string;
    registrations?: string[];
    buyer?: Partial<TaxFacts["buyer"]>;
    hireDays?: number | null;
    place?: { country: string; region?: string };
    rates?: TaxFacts["rates"];
  },
): TaxFacts {
  const countries = ["DE", "FR", "ES", "GB", "CH", "NO", "AU", "NZ", "SG", "CA", "US"];
  return {
    draftedOn: day,
    seller: {
      country: seller,
      registrations: registrations.map((text) => {
        const [country, kind] = text.split(" ");
        return { country, kind, from: "2020-01-01", to: null };
      }),
    },
    buyer: {
      country: seller,
      isBusiness: true,
      vatIdCountry: null,
      vatIdStatus: "unknown",
      certificates: [],
      ...buyer,
    },
    hire: {
      from: "2025-01-01",
      to: hireDays === null ? null : Temporal.PlainDate.from("2025-01-01").add({ days: hireDays }).toString(),
    },
    places: place ? [{ from: "2025-01-01", country: place.country, region: place.region ?? null }] : [],
    rates: ratesOf(countries, rates),
  };
}

function decided(supply: Parameters<typeof decideTax>[0], given: TaxFacts, date = day): string {
  const { category, percent, country, reasonCode } = decideTax(supply, given, date);
  return [category, percent, country ?? "-", reasonCode ?? "-"].join(" ");
}

const french = { country: "FR", vatIdCountry: "FR", vatIdStatus: "valid" as const };

Deno.test("at home it is the rate of home, for a business and a private person, long or short", () => {
  assert.equal(decided("vehicle_hire", facts({})), "S 19 DE -");
  assert.equal(decided("vehicle_hire", facts({ hireDays: 3, buyer: { isBusiness: false } })), "S 19 DE -");
  assert.equal(decided("service", facts({ buyer: { isBusiness: false } })), "S 19 DE -");
});

Deno.test("a long hire to a business of another state is its reverse charge (art. 44, 196)", () => {
  assert.equal(decided("vehicle_hire", facts({ buyer: french })), "AE 0 FR VATEX-EU-AE");
  assert.equal(decided("service", facts({ buyer: french })), "AE 0 FR VATEX-EU-AE");
  // a registration there is no establishment there
  const registered = facts({ buyer: french, registrations: ["DE vat", "FR vat"] });
  assert.equal(decided("vehicle_hire", registered), "AE 0 FR VATEX-EU-AE");
});

Deno.test("a number that nobody confirmed counts, one that was denied does not, nor one of another state (art. 18)", () => {
  assert.equal(
    decided("service", facts({ buyer: { ...french, vatIdStatus: "unknown" } })),
    "AE 0 FR VATEX-EU-AE",
  );
  assert.equal(decided("service", facts({ buyer: { ...french, vatIdStatus: "invalid" } })), "S 19 DE -");
  assert.equal(decided("service", facts({ buyer: { ...french, vatIdCountry: null } })), "S 19 DE -");
  assert.equal(decided("service", facts({ buyer: { ...french, vatIdCountry: "BE" } })), "S 19 DE -");
});

Deno.test("a hire of 30 days is taxed where the vehicle is handed over, one of 31 at the customer (art. 56, reg. 282/2011 art. 40)", () => {
  assert.equal(decided("vehicle_hire", facts({ buyer: french, hireDays: 30 })), "S 19 DE -");
  assert.equal(decided("vehicle_hire", facts({ buyer: french, hireDays: 31 })), "AE 0 FR VATEX-EU-AE");
  assert.equal(decided("vehicle_hire", facts({ buyer: french, hireDays: null })), "AE 0 FR VATEX-EU-AE");
  const inFrance = facts({ hireDays: 10, place: { country: "FR" }, registrations: ["DE vat", "FR vat"] });
  assert.equal(decided("vehicle_hire", inFrance), "S 20 FR -");
});

Deno.test("a long hire to a private person of another state is taxed there: by a registration or the One Stop Shop", () => {
  const buyer = { country: "FR", isBusiness: false };
  assert.equal(decided("vehicle_hire", facts({ buyer, registrations: ["DE vat", "DE oss"] })), "S 20 FR -");
  assert.equal(decided("vehicle_hire", facts({ buyer, registrations: ["DE vat", "FR vat"] })), "S 20 FR -");
  assert.throws(() => decided("vehicle_hire", facts({ buyer })), /no tax registration for FR on 2025-06-30/);
  // the shop is for private persons only
  const short = { hireDays: 3, place: { country: "FR" }, registrations: ["DE vat", "DE oss"] };
  assert.throws(() => decided("vehicle_hire", facts({ ...short, buyer: french })), /no tax registration/);
});

Deno.test("services to a business outside the Union are outside the tax, to a private person taxed at home (art. 44, 45)", () => {
  const american = { country: "US", isBusiness: true };
  assert.equal(decided("vehicle_hire", facts({ buyer: american })), "O 0 - VATEX-EU-O");
  assert.equal(decided("service", facts({ buyer: { ...american, isBusiness: false } })), "S 19 DE -");
  assert.equal(decided("service", facts({ seller: "GB", buyer: french })), "O 0 - VATEX-EU-O");
  assert.equal(decided("service", facts({ seller: "CH", buyer: { country: "GB" } })), "O 0 - VATEX-EU-O");
});

Deno.test("goods go free of tax to a business of another state and out of the Union (art. 138, 146)", () => {
  assert.equal(
    decided("goods", facts({ buyer: french, place: { country: "FR" } })),
    "K 0 - VATEX-EU-IC",
  );
  assert.equal(decided("goods", facts({ buyer: french, place: { country: "CH" } })), "G 0 - VATEX-EU-G");
  assert.equal(decided("goods", facts({ buyer: french })), "S 19 DE -");
  // a business of home that has them sent abroad does not acquire them there
  const german = { vatIdCountry: "DE" };
  assert.throws(
    () => decided("goods", facts({ buyer: german, place: { country: "FR" } })),
    /no tax registration/,
  );
  const person = { buyer: { country: "FR", isBusiness: false }, place: { country: "FR" } };
  assert.equal(decided("goods", facts({ ...person, registrations: ["DE vat", "DE oss"] })), "S 20 FR -");
  assert.throws(() => decided("goods", facts(person)), /no tax registration for FR/);
});

Deno.test("a disbursement is outside the tax, and exempt where a paper may have both (art. 79(c))", () => {
  assert.equal(decided("disbursement", facts({})), "O 0 - VATEX-EU-O");
  assert.equal(decided("disbursement", facts({ seller: "AU", registrations: ["AU gst"] })), "E 0 - -");
});

Deno.test("a certificate exempts while it holds, where it holds", () => {
  const certificate = {
    country: "DE",
    reasonCode: "VATEX-EU-151",
    reason: "Embassy",
    from: "2025-01-01",
    to: "2025-07-01",
  };
  const exempt = facts({ buyer: { certificates: [certificate] } });
  assert.equal(decided("service", exempt, "2025-06-30"), "E 0 DE VATEX-EU-151");
  assert.equal(decided("service", exempt, "2025-07-01"), "S 19 DE -");
  assert.equal(decided("service", exempt, "2024-12-31"), "S 19 DE -");
  const elsewhere = facts({ buyer: { certificates: [{ ...certificate, country: "FR" }] } });
  assert.equal(decided("service", elsewhere), "S 19 DE -");
});

Deno.test("the Canary Islands, Ceuta and Melilla have taxes of their own", () => {
  const own = ["CN 7", "CE 10", "ML 10"].map((text) => {
    const [region, percent] = text.split(" ");
    return { country: "ES", region, from: "2020-01-01", percent };
  });
  const at = (region: string) =>
    decided(
      "vehicle_hire",
      facts({ seller: "ES", hireDays: 3, place: { country: "ES", region }, rates: own }),
    );
  assert.deepEqual(["CN", "CE", "ML"].map(at), ["L 7 ES -", "M 10 ES -", "M 10 ES -"]);
});

Deno.test("in the United States all is taxed where the vehicle is, by the business' own table", () => {
  const rates = [{ country: "US", region: "TX", from: "2020-01-01", percent: "6.25" }];
  const given = facts({
    seller: "US",
    registrations: ["US sales_tax"],
    place: { country: "US", region: "TX" },
    rates,
  });
  assert.equal(decided("vehicle_hire", given), "S 6.25 US -");
  const nowhere = facts({ seller: "US", registrations: ["US sales_tax"], rates });
  assert.throws(() => decided("vehicle_hire", nowhere), /depends on the state/);
});

Deno.test("taxes on goods and services are known at home only, and the rest is refused", () => {
  const home = { AU: "10", CA: "5", NZ: "15", SG: "9" };
  for (const [country, percent] of Object.entries(home)) {
    const given = facts({ seller: country, registrations: [`${country} gst`] });
    assert.equal(decided("vehicle_hire", given), `S ${percent} ${country} -`);
  }
  const abroad = facts({ seller: "AU", registrations: ["AU gst"], buyer: { country: "NZ" } });
  assert.throws(() => decided("service", abroad), /does not know how AU taxes/);
  assert.throws(() => decided("service", facts({ seller: "BR" })), /does not know the tax rules of BR/);
});

Deno.test("without a registration on that day nothing is charged", () => {
  assert.throws(
    () => decided("service", facts({ registrations: [] })),
    /no tax registration for DE on 2025-06-30/,
  );
  assert.throws(
    () => decided("service", facts({}), "2019-12-31"),
    /no tax registration for DE on 2019-12-31/,
  );
  for (const kind of ["other", "oss"]) {
    const given = facts({ registrations: [`DE ${kind}`] });
    assert.throws(() => decided("service", given), /no tax registration/);
  }
});

Deno.test("the trace says place, reason and rate", () => {
  assert.deepEqual(decideTax("vehicle_hire", facts({ buyer: french }), day).trace, [
    "A hire of more than 30 days to a business is taxed where the business is: FR.",
    "The business owes the tax there: reverse charge.",
    "The tax office confirmed the VAT number.",
  ]);
  assert.deepEqual(decideTax("vehicle_hire", facts({ hireDays: 3 }), day).trace, [
    "A hire of up to 30 days is taxed where the vehicle is handed over: DE, no other place being given.",
    "The rate of DE on 2025-06-30 is 19%.",
  ]);
});
