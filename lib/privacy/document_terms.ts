/** For how long issued documents must be kept as they are, by the country of the entity that issued them. */

export interface DocumentTerm {
  years: number;
  /** What the years are counted from the end of: the calendar year of the issue, or the business year. */
  from: "calendar year" | "business year";
  /** The law that says so. */
  source: string;
}

/** What the laws of each country ask of invoices and of the books they belong to; the longer of the two. */
export const documentTerms: Readonly<Record<string, DocumentTerm>> = {
  AT: { years: 7, from: "calendar year", source: "Bundesabgabenordnung § 132" },
  AU: { years: 5, from: "business year", source: "Taxation Administration Act 1953, s 382-5" },
  BE: { years: 10, from: "calendar year", source: "Code de la TVA, art. 60" },
  CA: { years: 6, from: "business year", source: "Excise Tax Act, s 286; Income Tax Act, s 230" },
  CH: { years: 10, from: "business year", source: "Obligationenrecht Art. 958f" },
  CZ: { years: 10, from: "calendar year", source: "Zákon o DPH § 35" },
  DE: { years: 8, from: "calendar year", source: "Umsatzsteuergesetz § 14b; Abgabenordnung § 147" },
  DK: { years: 5, from: "business year", source: "Bogføringsloven § 12" },
  ES: { years: 6, from: "business year", source: "Código de Comercio art. 30" },
  FI: { years: 6, from: "business year", source: "Kirjanpitolaki 2:10" },
  FR: { years: 10, from: "business year", source: "Code de commerce art. L123-22" },
  GB: { years: 6, from: "business year", source: "VAT Act 1994, sch. 11 para. 6; Companies Act 2006, s 388" },
  IE: { years: 6, from: "calendar year", source: "Value-Added Tax Consolidation Act 2010, s 84" },
  IT: { years: 10, from: "business year", source: "Codice civile art. 2220" },
  JP: {
    years: 7,
    from: "business year",
    source: "Consumption Tax Act art. 30; Corporation Tax Act art. 126",
  },
  LU: { years: 10, from: "business year", source: "Code de commerce art. 16" },
  NL: { years: 7, from: "calendar year", source: "Algemene wet inzake rijksbelastingen art. 52" },
  NO: { years: 5, from: "business year", source: "Bokføringsloven § 13" },
  NZ: { years: 7, from: "business year", source: "Tax Administration Act 1994, s 22" },
  PT: { years: 10, from: "calendar year", source: "Código do IVA art. 52" },
  SE: { years: 7, from: "business year", source: "Bokföringslagen 7:2" },
  SG: { years: 5, from: "business year", source: "Goods and Services Tax Act 1993, s 46" },
  US: { years: 7, from: "business year", source: "Internal Revenue Code §§ 6001, 6501" },
};

/** Where the table has no row: the longest of all. */
export const otherTerm: DocumentTerm = {
  years: Math.max(...Object.values(documentTerms).map(({ years }) => years)),
  from: "business year",
  source: "no rule here yet, so the longest of all",
};

/**
 * The last day on which a document that was issued on a day must be kept. A business year may end up to a year after the
 * issue, so where the law counts from its end, one more year is taken.
 */
export function keptUntil(country: string, issued: Temporal.PlainDate): Temporal.PlainDate {
  const { years, from } = Object.hasOwn(documentTerms, country) ? documentTerms[country] : otherTerm;
  const year = issued.year + years + (from === "business year" ? 1 : 0);
  return Temporal.PlainDate.from({ year, month: 12, day: 31 });
}

/** The latest of those days; null where nothing was issued. */
export function latestKeptUntil(
  documents: readonly { country: string; issued: Temporal.PlainDate }[],
): Temporal.PlainDate | null {
  return documents.map(({ country, issued }) => keptUntil(country, issued))
    .reduce<Temporal.PlainDate | null>(
      (latest, day) => latest && Temporal.PlainDate.compare(latest, day) > 0 ? latest : day,
      null,
    );
}
