/** Turns sign-in by the company's provider off, after a last look. */
import { page } from "fresh";
import { Form } from "../../../components/ui/form.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { execute } from "../../../lib/core/command.ts";
import { milepostError } from "../../../lib/core/errors.ts";
import { loadIdentityProvider, removeIdentityProvider } from "../../../lib/oidc/identity_provider.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "members.manage");
    const provider = await loadIdentityProvider(ctx.state.environment, tenantId);
    if (!provider) throw milepostError("NotFound", { message: "Sign-in by a provider is off already." });
    ctx.state.title = { page: "Turn single sign-on off" };
    return page({ host: new URL(provider.issuer).host });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const asker = { tenantId, actor: session.actor };
    await execute(ctx.state.environment, removeIdentityProvider, asker, {});
    return ctx.redirect("/single-sign-on?done=removed", 303);
  },
});

export default define.page<typeof handler>(({ data: { host } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Single sign-on", href: "/single-sign-on" }]}
      title="Turn single sign-on off"
      state={`Nobody signs in by ${host} any more. People sign in by a link that is mailed to them.`}
    />
    <Form
      action="/single-sign-on/remove"
      submit="Turn it off"
      cancel={{ label: "Keep it on", href: "/single-sign-on" }}
    >
      {null}
    </Form>
  </>
));
