/** An authenticator app for tests. */
import assert from "node:assert/strict";
import { Secret, TOTP } from "otpauth";
import {
  type Account,
  beginTwoStep,
  confirmTwoStep,
  readTwoStep,
  type TwoStepEnvironment,
} from "../../lib/auth/two_step.ts";
import { noteSecret } from "./noted_secrets.ts";

/** The code that an app with this seed (base32) shows at an instant. */
export function codeAt(seed: string, now: Temporal.Instant): string {
  return new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: now.epochMilliseconds });
}

/** Turns two-step sign-in on, as its owner does it; the code of now is used up by that. */
export async function turnTwoStepOn(
  environment: TwoStepEnvironment,
  account: Account,
): Promise<{ seed: string; recoveryCodes: string[] }> {
  await beginTwoStep(environment, account);
  const pending = await readTwoStep(environment, account);
  assert.ok(pending.state === "pending");
  const code = codeAt(pending.seed, environment.clock.now());
  const recoveryCodes = await confirmTwoStep(environment, account, { code, address: "192.0.2.1" });
  for (const secret of [pending.seed, ...recoveryCodes]) noteSecret(secret);
  return { seed: pending.seed, recoveryCodes };
}
