/** The secrets that the tests use, so that a run can tell at its end whether one of them was logged. */

/** Names the file that they are noted in; `deno task test` sets it. */
export const notedSecretsVariable = "MILEPOST_TEST_SECRETS";

/** Secrets that tell themselves by their form: keys of the API, secrets of its clients, and access tokens (JWTs). */
const forms = [/\bmp_[\w-]{40,}/, /\bmps_[\w-]{40,}/, /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/];
/** Shorter ones stand in the log by accident. */
const shortest = 12;

/** Notes a password, token or seed. Does nothing where no run asked for it. */
export function noteSecret(secret: string): void {
  const file = Deno.env.get(notedSecretsVariable);
  if (file && secret.length >= shortest) Deno.writeTextFileSync(file, `${secret}\n`, { append: true });
}

/** The lines of a log that hold one of the secrets (one a line), without the secret itself. */
export function leakedSecrets(log: string, noted: string): string[] {
  const secrets = [...new Set(noted.split("\n").filter((secret) => secret.length >= shortest))];
  return log.split("\n").flatMap((line) => {
    const found = secrets.find((secret) => line.includes(secret)) ??
      forms.map((form) => form.exec(line)?.[0]).find(Boolean);
    return found ? [line.replaceAll(found, "(secret)").slice(0, 300)] : [];
  });
}
