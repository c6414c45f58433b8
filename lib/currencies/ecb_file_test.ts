/** The European Central Bank's files of rates, in each of its forms, and what is not one. */
import assert from "node:assert/strict";
import { readEcbFile } from "./ecb_file.ts";

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
	<Cube>
		<Cube time='2024-01-03'><Cube currency='USD' rate='1.0919'/><Cube currency='JPY' rate='155.80'/></Cube>
		<Cube time="2024-01-02"><Cube currency="USD" rate="1.0956"/><Cube currency="HRK" rate="7.5345"/></Cube>
	</Cube>
</gesmes:Envelope>
`;

const ratesOf = (text: string) =>
  readEcbFile(text).rates.map(({ day, quote, rate }) => `${day} ${quote} ${rate}`);

Deno.test("XML of a day or of many is read, without money that is no more", () => {
  assert.deepEqual(ratesOf(xml), ["2024-01-03 USD 1.0919", "2024-01-03 JPY 155.8", "2024-01-02 USD 1.0956"]);
  assert.deepEqual(readEcbFile(xml).unknown, ["HRK"]);
});

Deno.test("CSV of a day and of many is read, without what is not available", () => {
  assert.deepEqual(ratesOf("Date, USD, JPY, \n02 January 2024, 1.0956, 155.74, \n"), [
    "2024-01-02 USD 1.0956",
    "2024-01-02 JPY 155.74",
  ]);
  assert.deepEqual(
    ratesOf("\uFEFFDate,USD,ISK,\r\n2024-01-03,1.0919,N/A,\r\n2024-01-02,1.0956,150.30,\r\n"),
    [
      "2024-01-03 USD 1.0919",
      "2024-01-02 USD 1.0956",
      "2024-01-02 ISK 150.3",
    ],
  );
});

Deno.test("what is no such file is refused with what it is", () => {
  const refused = (text: string, words: RegExp) => assert.throws(() => readEcbFile(text), words);
  refused("", /Choose a file of the European Central Bank/);
  refused("base,quote\nEUR,USD", /Choose a file of the European Central Bank/);
  refused("PK\u0003\u0004", /packed file\. Unpack it/);
  refused("<html></html>", /not one of the European Central Bank's/);
  refused(xml.replace("<gesmes:Envelope", '<!DOCTYPE a [<!ENTITY b "c">]><gesmes:Envelope'), /not one of/);
  refused(xml.slice(0, xml.indexOf("</Cube>\n</gesmes")), /ends too early/);
  refused(xml.replace("1.0919", "-1"), /rate of USD on 2024-01-03, “-1”, is no rate above zero/);
  refused(xml.replace("1.0919", "0.000"), /no rate above zero/);
  refused(xml.replace("JPY", "USD"), /two rates of USD on 2024-01-03/);
  refused(xml.replace("2024-01-03", "2024-02-30"), /“2024-02-30” is not a day/);
  refused("Date,USD,JPY\n2024-01-02,1.1", /other columns than the first/);
  refused("Date,USD\n", /holds no rate/);
});
