/** `POST /api/v1/price-previews`: prices a case as `milepost price` does, and keeps nothing. */
import { define } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { milepostError } from "../../../lib/core/errors.ts";
import { price } from "../../../lib/pricing/price.ts";
import { parsePriceCase } from "../../../lib/pricing/price_case.ts";
import { PriceCaseError } from "../../../lib/pricing/price_case_error.ts";
import { callerOf, readJson } from "./(_request)/request.ts";

/** Bytes; a case of a year of a large fleet stays below it. */
const largestCase = 20_000_000;

/** Others wait while one case is priced: a second or two, and no more. */
const mostSteps = 2_000_000;

export const handler = define.handlers({
  async POST(ctx) {
    requireCapability(callerOf(ctx.state).actor, "read");
    const given = await readJson(ctx.req, largestCase);
    try {
      return Response.json(price(parsePriceCase(given, mostSteps)));
    } catch (error) {
      if (!(error instanceof PriceCaseError)) throw error;
      throw milepostError("InvalidInput", {
        message: error.message,
        fields: error.faults.map(({ path, value, message }) => ({ field: path, value, rule: message })),
        cause: error,
      });
    }
  },
});
