/** Runs a property on many generated cases: the same 2,000 each time, or 100,000 new ones in the deep form. */
import fc from "fast-check";

const deep = Deno.env.get("MILEPOST_TEST_DEEP") === "1";
const seed = Number(Deno.env.get("MILEPOST_TEST_SEED") ?? (deep ? Date.now() % 2 ** 31 : 20_240_131));

/**
 * Fails with the smallest counterexample found and the seed to find it again (`MILEPOST_TEST_SEED`). A property whose cases are
 * slow by nature may ask for `oneIn` of the usual number.
 */
export function checkProperty<Values extends [unknown, ...unknown[]]>(
  property: fc.IPropertyWithHooks<Values>,
  { oneIn = 1 } = {},
): void {
  if (deep) console.info(`seed ${seed}`);
  fc.assert(property, { seed, numRuns: (deep ? 100_000 : 2_000) / oneIn });
}

/** The same for a property that waits. */
export async function checkAsyncProperty<Values extends [unknown, ...unknown[]]>(
  property: fc.IAsyncPropertyWithHooks<Values>,
  { oneIn = 1 } = {},
): Promise<void> {
  if (deep) console.info(`seed ${seed}`);
  await fc.assert(property, { seed, numRuns: (deep ? 100_000 : 2_000) / oneIn });
}
