/** Ends a client of the API, after a last look at which one. */
import { page } from "fresh";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../define.ts";
import { execute } from "../../../../lib/core/command.ts";
import { parseId } from "../../../../lib/core/ids.ts";
import { endApiClient } from "../../../../lib/oauth/api_clients.ts";
import { readClient } from "../(_components)/read_client.ts";

export const handler = define.handlers({
  async GET(ctx) {
    ctx.state.title = { page: "End a client" };
    return page(await readClient(ctx));
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const apiClientId = parseId("api client", ctx.params.id);
    await execute(ctx.state.environment, endApiClient, { tenantId, actor: session.actor }, { apiClientId });
    return ctx.redirect("/api-clients?done=ended", 303);
  },
});

export default define.page<typeof handler>(({ data: { id, name } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "API clients", href: "/api-clients" }]}
      title={`End the client ${name}`}
      state="Its secret and the access tokens it holds are refused from now on. This cannot be undone."
    />
    <Form
      action={`/api-clients/${id}/end`}
      submit="End the client"
      cancel={{ label: "Keep the client", href: "/api-clients" }}
    >
      {null}
    </Form>
  </>
));
