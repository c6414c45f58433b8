/** VIES, the Union's register of VAT numbers, behind the port that asks about them. */
import type { VatNumberPort } from "../port.ts";
import { askVies } from "./client.ts";
import { fromAnswer, toQuestion } from "./translate.ts";

/** `address` is that of the REST interface, such as https://ec.europa.eu/taxation_customs/vies/rest-api. */
export function viesConnector(address: string): VatNumberPort {
  return {
    id: "vies",
    async check(question) {
      return fromAnswer(await askVies(address, toQuestion(question)));
    },
  };
}
