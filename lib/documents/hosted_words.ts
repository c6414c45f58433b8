/** What the page of an invoice says to its customer beside what is on the document, in each language of the documents. */
import type { DocumentLanguage } from "../core/language.ts";

export interface HostedWords {
  skip: string;
  toPay(amount: string, day: string): string;
  wasDue(amount: string, day: string): string;
  partPaid(paid: string, total: string): string;
  partCredited(credited: string): string;
  paid: string;
  nothingToPay: string;
  credited: string;
  writtenOff(amount: string, seller: string): string;
  isVoid(seller: string): string;
  download: string;
  why: string;
  hideWhy: string;
  /** In place of a price that only its working explains. */
  seeWhy: string;
  /** The heading over the working of a line. */
  workedOut(line: string): string;
  someLines(first: string, last: string, all: string): string;
  earlierLines: string;
  laterLines: string;
  morePages: string;
  scan: string;
  codeLabel: string;
}

const english: HostedWords = {
  skip: "Skip to main content",
  toPay: (amount, day) => `${amount} is to pay by ${day}.`,
  wasDue: (amount, day) => `${amount} was due on ${day} and is still to pay.`,
  partPaid: (paid, total) => `Of the total of ${total}, ${paid} is paid. Thank you.`,
  partCredited: (credited) => `${credited} of it was credited.`,
  paid: "This invoice is paid. Thank you. Nothing is left to pay.",
  nothingToPay: "Nothing is to pay for this invoice.",
  credited: "This invoice was credited in full. Nothing is left to pay.",
  writtenOff: (amount, seller) =>
    `${seller} has written off ${amount} of this invoice. Do not pay it any more.`,
  isVoid: (seller) => `This invoice is void. Do not pay it. ${seller} issued it by mistake.`,
  download: "Download the PDF",
  why: "Why this amount?",
  hideWhy: "Hide why",
  seeWhy: "see why",
  workedOut: (line) => `How line ${line} was worked out`,
  someLines: (first, last, all) => `Lines ${first} to ${last} of ${all}`,
  earlierLines: "Lines before",
  laterLines: "Next lines",
  morePages: "More lines",
  scan: "Scan this code with the app of your bank. Check the payee and the amount before you pay.",
  codeLabel: "Code for a bank transfer, with the facts above in it",
};

const german: HostedWords = {
  skip: "Zum Inhalt springen",
  toPay: (amount, day) => `${amount} sind bis zum ${day} zu zahlen.`,
  wasDue: (amount, day) => `${amount} waren am ${day} fällig und sind noch zu zahlen.`,
  partPaid: (paid, total) => `Vom Gesamtbetrag von ${total} sind ${paid} bezahlt. Vielen Dank.`,
  partCredited: (credited) => `${credited} davon wurden gutgeschrieben.`,
  paid: "Diese Rechnung ist bezahlt. Vielen Dank. Es ist nichts mehr zu zahlen.",
  nothingToPay: "Für diese Rechnung ist nichts zu zahlen.",
  credited: "Diese Rechnung wurde ganz gutgeschrieben. Es ist nichts mehr zu zahlen.",
  writtenOff: (amount, seller) =>
    `${seller} hat ${amount} dieser Rechnung ausgebucht. Zahlen Sie den Betrag nicht mehr.`,
  isVoid: (seller) =>
    `Diese Rechnung ist storniert. Zahlen Sie sie nicht. ${seller} hat sie irrtümlich gestellt.`,
  download: "PDF herunterladen",
  why: "Warum dieser Betrag?",
  hideWhy: "Rechenweg ausblenden",
  seeWhy: "siehe Rechenweg",
  workedOut: (line) => `So wurde Zeile ${line} berechnet`,
  someLines: (first, last, all) => `Zeilen ${first} bis ${last} von ${all}`,
  earlierLines: "Vorherige Zeilen",
  laterLines: "Nächste Zeilen",
  morePages: "Weitere Zeilen",
  scan: "Scannen Sie diesen Code mit der App Ihrer Bank. Prüfen Sie Empfänger und Betrag, bevor Sie zahlen.",
  codeLabel: "Code für eine Überweisung mit den Angaben von oben",
};

const french: HostedWords = {
  skip: "Aller au contenu",
  toPay: (amount, day) => `${amount} à payer au plus tard le ${day}.`,
  wasDue: (amount, day) => `${amount} devaient être payés le ${day} et restent à payer.`,
  partPaid: (paid, total) => `Sur le total de ${total}, ${paid} sont payés. Merci.`,
  partCredited: (credited) => `${credited} ont fait l’objet d’un avoir.`,
  paid: "Cette facture est payée. Merci. Il ne reste rien à payer.",
  nothingToPay: "Il n’y a rien à payer pour cette facture.",
  credited: "Cette facture a été entièrement annulée par un avoir. Il ne reste rien à payer.",
  writtenOff: (amount, seller) =>
    `${seller} a renoncé à ${amount} de cette facture. Ne payez plus cette somme.`,
  isVoid: (seller) => `Cette facture est annulée. Ne la payez pas. ${seller} l’a émise par erreur.`,
  download: "Télécharger le PDF",
  why: "Pourquoi ce montant ?",
  hideWhy: "Masquer le calcul",
  seeWhy: "voir le calcul",
  workedOut: (line) => `Le calcul de la ligne ${line}`,
  someLines: (first, last, all) => `Lignes ${first} à ${last} sur ${all}`,
  earlierLines: "Lignes précédentes",
  laterLines: "Lignes suivantes",
  morePages: "Autres lignes",
  scan:
    "Scannez ce code avec l’application de votre banque. Vérifiez le bénéficiaire et le montant avant de payer.",
  codeLabel: "Code pour un virement, avec les données ci-dessus",
};

const spanish: HostedWords = {
  skip: "Ir al contenido",
  toPay: (amount, day) => `Debe pagar ${amount} a más tardar el ${day}.`,
  wasDue: (amount, day) => `${amount} vencían el ${day} y siguen pendientes de pago.`,
  partPaid: (paid, total) => `Del total de ${total} se han pagado ${paid}. Gracias.`,
  partCredited: (credited) => `Se han abonado ${credited}.`,
  paid: "Esta factura está pagada. Gracias. No queda nada por pagar.",
  nothingToPay: "No hay nada que pagar por esta factura.",
  credited: "Esta factura se abonó por completo. No queda nada por pagar.",
  writtenOff: (amount, seller) =>
    `${seller} ha dado de baja ${amount} de esta factura. Ya no pague ese importe.`,
  isVoid: (seller) => `Esta factura está anulada. No la pague. ${seller} la emitió por error.`,
  download: "Descargar el PDF",
  why: "¿Por qué este importe?",
  hideWhy: "Ocultar el cálculo",
  seeWhy: "ver el cálculo",
  workedOut: (line) => `Cómo se calculó la línea ${line}`,
  someLines: (first, last, all) => `Líneas ${first} a ${last} de ${all}`,
  earlierLines: "Líneas anteriores",
  laterLines: "Líneas siguientes",
  morePages: "Más líneas",
  scan:
    "Escanee este código con la aplicación de su banco. Compruebe el beneficiario y el importe antes de pagar.",
  codeLabel: "Código para una transferencia, con los datos de arriba",
};

const japanese: HostedWords = {
  skip: "本文へ移動",
  toPay: (amount, day) => `${day}までに${amount}をお支払いください。`,
  wasDue: (amount, day) => `${amount}は${day}が支払期限でしたが、まだお支払いが確認できていません。`,
  partPaid: (paid, total) => `合計${total}のうち${paid}は入金済みです。ありがとうございます。`,
  partCredited: (credited) => `そのうち${credited}は返還済みです。`,
  paid: "この請求書はお支払い済みです。ありがとうございます。お支払いいただく金額はありません。",
  nothingToPay: "この請求書でお支払いいただく金額はありません。",
  credited: "この請求書は全額返還されました。お支払いいただく金額はありません。",
  writtenOff: (amount, seller) =>
    `${seller}はこの請求書の${amount}の請求を取りやめました。お支払いは不要です。`,
  isVoid: (seller) =>
    `この請求書は無効です。お支払いにならないでください。${seller}が誤って発行したものです。`,
  download: "PDFをダウンロード",
  why: "この金額の理由",
  hideWhy: "計算を隠す",
  seeWhy: "計算を参照",
  workedOut: (line) => `${line}行目の計算`,
  someLines: (first, last, all) => `全${all}行のうち${first}行目から${last}行目`,
  earlierLines: "前の行",
  laterLines: "次の行",
  morePages: "ほかの行",
  scan: "銀行のアプリでこのコードを読み取ってください。お支払いの前に受取人と金額をご確認ください。",
  codeLabel: "上記の内容を含む銀行振込用コード",
};

/** By the language of the document. */
export const hostedWords: Record<DocumentLanguage, HostedWords> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  ja: japanese,
};
