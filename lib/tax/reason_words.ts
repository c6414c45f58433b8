/** Why a paper charges no tax, in its language: the words that the law asks for, by the codes of the list VATEX. */
import type { DocumentLanguage } from "../core/language.ts";

/**
 * Directive 2006/112/EC art. 226(11) and (11a): the paper names the provision, or says "Reverse charge" in the words that the
 * directive has in each language.
 */
const REASONS: Readonly<Record<string, Readonly<Record<DocumentLanguage, string>>>> = {
  "VATEX-EU-AE": {
    en: "Reverse charge: the customer owes the VAT (Directive 2006/112/EC, article 196).",
    de: "Steuerschuldnerschaft des Leistungsempfängers (Richtlinie 2006/112/EG, Artikel 196).",
    fr: "Autoliquidation : la TVA est due par le preneur (directive 2006/112/CE, article 196).",
    es: "Inversión del sujeto pasivo: el IVA lo debe el cliente (Directiva 2006/112/CE, artículo 196).",
    ja: "リバースチャージ：付加価値税は顧客が納めます（EU指令2006/112/EC第196条）。",
  },
  "VATEX-EU-IC": {
    en: "Supply to another EU state, exempt from VAT (Directive 2006/112/EC, article 138).",
    de: "Steuerfreie innergemeinschaftliche Lieferung (Richtlinie 2006/112/EG, Artikel 138).",
    fr: "Livraison intracommunautaire exonérée de TVA (directive 2006/112/CE, article 138).",
    es: "Entrega intracomunitaria exenta de IVA (Directiva 2006/112/CE, artículo 138).",
    ja: "EU域内供給のため非課税です（EU指令2006/112/EC第138条）。",
  },
  "VATEX-EU-G": {
    en: "Export, free of tax.",
    de: "Steuerfreie Ausfuhrlieferung.",
    fr: "Exportation exonérée de taxe.",
    es: "Exportación exenta de impuesto.",
    ja: "輸出のため免税です。",
  },
  "VATEX-EU-O": {
    en: "Not subject to VAT.",
    de: "Nicht steuerbar.",
    fr: "Hors du champ d’application de la TVA.",
    es: "No sujeto al IVA.",
    ja: "付加価値税の課税対象外です。",
  },
};

/** What a paper says; the words of a certificate stand as they were typed, with their code. Nothing where tax is charged. */
export function reasonWords(
  { reasonCode, reason }: { reasonCode: string | null; reason: string | null },
  language: DocumentLanguage,
): string | null {
  const known = reasonCode === null ? undefined : REASONS[reasonCode];
  if (known !== undefined && reason === null) return known[language];
  if (reason === null) return null;
  return reasonCode === null ? reason : `${reason} (${reasonCode})`;
}
