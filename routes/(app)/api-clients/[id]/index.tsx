/** What a client of the API may do: narrowed or widened at once, also for the tokens it holds. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { setCapabilitiesOfApiClient } from "../../../../lib/oauth/api_clients.ts";
import { formErrors, readForm } from "../../../(_components)/form_fields.ts";
import { CapabilityChoice, chosenCapabilities } from "../../(_components)/capability_choice.tsx";
import { readClient } from "../(_components)/read_client.ts";

interface Data {
  id: string;
  name: string;
  capabilities: readonly string[];
  errors: FormError[];
}

export const handler = define.handlers({
  async GET(ctx) {
    ctx.state.title = { page: "Rights of a client" };
    return page<Data>({ ...await readClient(ctx), errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const client = await readClient(ctx);
    const capabilities = chosenCapabilities(await readForm(ctx.req));
    try {
      const input = { apiClientId: client.id, capabilities };
      const asker = { tenantId, actor: session.actor };
      await execute(ctx.state.environment, setCapabilitiesOfApiClient, asker, input);
      return ctx.redirect("/api-clients?done=changed", 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Rights of a client", hasErrors: true };
      return page<Data>({ ...client, capabilities, errors: formErrors(error) }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data: { id, name, capabilities, errors } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "API clients", href: "/api-clients" }]}
      title={`What ${name} may do`}
      state="A change holds at once, also for the access tokens that the client holds."
    />
    <ErrorSummary errors={errors} before="the rights change" />
    <Form
      action={`/api-clients/${id}`}
      submit="Save the rights"
      cancel={{ label: "Keep the rights as they are", href: "/api-clients" }}
    >
      <CapabilityChoice chosen={capabilities} error={errorAt(errors, "capabilities")} />
    </Form>
    <div class="mt-6">
      <TapLink href={`/api-clients/${id}/end`}>End this client</TapLink>
    </div>
  </>
));
