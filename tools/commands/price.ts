/** `milepost price`: prices a case without a database, clock or network. */
import { milepostError } from "../../lib/core/errors.ts";
import { price } from "../../lib/pricing/price.ts";
import { parsePriceCase } from "../../lib/pricing/price_case.ts";
import type { CliCommand } from "../command_line.ts";
import { openInput } from "../input_file.ts";

export const priceCommand: CliCommand = {
  name: "price",
  summary: "Prices a case from a file, or from standard input, and prints lines and totals.",
  example: "milepost price case.json",
  arguments: [{ name: "FILE|-", required: false }],
  options: {},
  async run(input, session) {
    const given = input.arguments["FILE|-"] ?? "-";
    const { content } = await openInput(given, session);
    const result = price(parsePriceCase(parseJson(await new Response(content).text(), given)));
    return { result: JSON.parse(JSON.stringify(result)) };
  },
};

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = name === "-" ? "Standard input" : name;
    throw milepostError("InvalidFile", {
      message: `${where} is not JSON: ${(cause as Error).message}. Correct it there and run this again.`,
      cause,
    });
  }
}
