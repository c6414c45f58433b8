/**
 * The general rates of value added tax and of goods and services tax, each from its first day. Where a state has several reduced
 * rates it has several rows of them.
 *
 * Sources: European Commission, "VAT rates applied in the Member States" and TEDB; HMRC; Art. 25 MWSTG with AS 2023 737; the
 * yearly decisions of the Storting on merverdiavgift; ATO, IRD, IRAS and CRA for the goods and services taxes. Rates of parts of
 * a state that differ (Azores, Corsica, Canary Islands, provinces of Canada) are not here: a business adds those it needs.
 */

export type RateClass = "standard" | "reduced";

export interface BuiltInRate {
  /** Two letters (ISO 3166-1). */
  readonly country: string;
  readonly rateClass: RateClass;
  /** The first day. It holds until the next row of its country and class. */
  readonly from: Temporal.PlainDate;
  /** All that hold from this day on, in per cent; one for the standard rate. */
  readonly percents: readonly string[];
}

/** `country: first day, percent; …`, oldest first. */
const STANDARD = `
AT: 1984-01-01 20
BE: 1996-01-01 21
BG: 1999-01-01 20
CY: 2013-01-14 18; 2014-01-13 19
CZ: 2013-01-01 21
DE: 2007-01-01 19; 2020-07-01 16; 2021-01-01 19
DK: 1992-01-01 25
EE: 2009-07-01 20; 2024-01-01 22; 2025-07-01 24
ES: 2012-09-01 21
FI: 2013-01-01 24; 2024-09-01 25.5
FR: 2014-01-01 20
GR: 2010-07-01 23; 2016-06-01 24
HR: 2012-03-01 25
HU: 2012-01-01 27
IE: 2012-01-01 23; 2020-09-01 21; 2021-03-01 23
IT: 2013-10-01 22
LT: 2009-09-01 21
LU: 2015-01-01 17; 2023-01-01 16; 2024-01-01 17
LV: 2012-07-01 21
MT: 2004-01-01 18
NL: 2012-10-01 21
PL: 2011-01-01 23
PT: 2011-01-01 23
RO: 2010-07-01 24; 2016-01-01 20; 2017-01-01 19; 2025-08-01 21
SE: 1990-07-01 25
SI: 2013-07-01 22
SK: 2011-01-01 20; 2025-01-01 23
GB: 2011-01-04 20
CH: 2011-01-01 8; 2018-01-01 7.7; 2024-01-01 8.1
NO: 2005-01-01 25
AU: 2000-07-01 10
CA: 2008-01-01 5
NZ: 2010-10-01 15
SG: 2007-07-01 7; 2023-01-01 8; 2024-01-01 9
`;

/** Only those that are certain, from a day on that is certain; several that hold together stand with a plus between them. */
const REDUCED = `
AT: 2016-01-01 10+13
BE: 2000-01-01 6+12
CH: 2011-01-01 2.5; 2024-01-01 2.6
CZ: 2015-01-01 10+15; 2024-01-01 12
DE: 2007-01-01 7; 2020-07-01 5; 2021-01-01 7
EE: 2009-01-01 9
FI: 2013-01-01 10+14; 2026-01-01 10+13.5
FR: 2014-01-01 5.5+10
GB: 2011-01-04 5
HU: 2010-01-01 5+18
LU: 2015-01-01 8+14; 2023-01-01 7+13; 2024-01-01 8+14
NL: 2012-10-01 6; 2019-01-01 9
PL: 2011-01-01 5+8
RO: 2015-06-01 5+9; 2025-08-01 11
SE: 1996-01-01 6+12
SK: 2023-01-01 5+10; 2025-01-01 5+19
`;

/** By country, class and day. */
export const BUILT_IN_RATES: readonly BuiltInRate[] = [
  ...readTable("standard", STANDARD),
  ...readTable("reduced", REDUCED),
];

function readTable(rateClass: RateClass, table: string): BuiltInRate[] {
  return table.trim().split("\n").flatMap((row) => {
    const [country, rates] = row.split(": ");
    return rates.split("; ").map((rate) => {
      const [from, percents] = rate.split(" ");
      return { country, rateClass, from: Temporal.PlainDate.from(from), percents: percents.split("+") };
    });
  });
}

/** What holds in a country on a day, or null where the table does not know. */
export function builtInRateOn(
  country: string,
  rateClass: RateClass,
  date: Temporal.PlainDate,
): BuiltInRate | null {
  return BUILT_IN_RATES.findLast((rate) =>
    rate.country === country && rate.rateClass === rateClass &&
    Temporal.PlainDate.compare(rate.from, date) <= 0
  ) ?? null;
}
