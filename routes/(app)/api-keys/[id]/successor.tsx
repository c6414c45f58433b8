/** Makes the successor of a key: both work until the old one's last day, so that the other system can change over in peace. */
import { type FreshContext, page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../../define.ts";
import { hasEnded, listApiKeys, shownSecret, succeedApiKey } from "../../../../lib/auth/api_keys.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { isMilepostError, milepostError } from "../../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { NewSecret, secretHeaders } from "../../(_components)/new_secret.tsx";

/** What is offered; a week is enough to change a setting in the other system. */
const usualOverlapDays = 7;

interface Data {
  id: string;
  name: string;
  /** The old key, as people tell it apart. */
  shown: string;
  oldLastDay: string;
  errors: FormError[];
  /** The successor's secret, once it is made. */
  secret?: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "api_keys.manage");
    const day = ctx.state.environment.clock.now().add({ hours: 24 * usualOverlapDays });
    ctx.state.title = { page: "Make a successor" };
    return page<Data>({ ...await readKey(ctx), oldLastDay: day.toString().slice(0, 10), errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "api_keys.manage");
    const key = await readKey(ctx);
    const oldLastDay = (await readForm(ctx.req))("old_last_day");
    ctx.state.title = { page: "Make a successor" };
    try {
      const asker = { tenantId, actor: session.actor };
      const { secret } = await succeedApiKey(ctx.state.environment, asker, { apiKeyId: key.id, oldLastDay });
      return page<Data>({ ...key, oldLastDay, errors: [], secret }, { headers: secretHeaders });
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Make a successor", hasErrors: true };
      return page<Data>({ ...key, oldLastDay, errors: formErrors(error) }, { status: 422 });
    }
  },
});

async function readKey({ state, params }: FreshContext<State>) {
  const { tenantId } = signedIn(state);
  const { database, clock } = state.environment;
  const keys = await withTenant(database, tenantId, listApiKeys, { readOnly: true });
  const key = keys.find(({ id }) => id === params.id);
  if (!key || key.revokedAt || hasEnded(key.expiresAt, clock.now())) {
    throw milepostError("NotFound", { message: "There is no such key, or it has ended." });
  }
  return { id: key.id, name: key.name, shown: shownSecret(tenantId, key.hint) };
}

export default define.page<typeof handler>(({ data: { id, name, shown, oldLastDay, errors, secret } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "API keys", href: "/api-keys" }]}
      title={`Make a successor for the key of ${name}`}
      state={`The new key may do the same as ${shown}. Both work until the old key's last day.`}
    />
    {secret
      ? (
        <>
          <NewSecret sentence="Copy the new key now. It is not shown again." secret={secret} />
          <TapLink href="/api-keys">Go back to all keys</TapLink>
        </>
      )
      : (
        <>
          <ErrorSummary errors={errors} before="the key is made" />
          <Form
            action={`/api-keys/${id}/successor`}
            submit="Make the successor"
            cancel={{ label: "Keep only the old key", href: "/api-keys" }}
          >
            <TextField
              id="old_last_day"
              label="Last day of the old key"
              help="It works to the end of this day (UTC)."
              example={oldLastDay}
              type="date"
              short
              value={oldLastDay}
              error={errorAt(errors, "old_last_day")}
            />
          </Form>
        </>
      )}
  </>
));
