/** Sign-in by the company's own identity provider: an admin sets it here, and it is tried before it is kept. */
import { page } from "fresh";
import { ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import {
  type IdentityProviderInput,
  loadIdentityProvider,
  saveIdentityProvider,
} from "../../../lib/oidc/identity_provider.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { ProviderForm } from "./(_components)/provider_form.tsx";

interface Data {
  values: IdentityProviderInput;
  errors: FormError[];
  done?: string;
  isOn: boolean;
  /** Where people sign in, once it is on. */
  door: string | null;
  /** What the provider has to know. */
  callback: string;
}

const doneWords: Record<string, string> = {
  saved: "The provider answered, and the settings are saved.",
  removed: "Sign-in by the provider is off.",
};

export const handler = define.handlers({
  async GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "members.manage");
    ctx.state.title = { page: "Single sign-on" };
    const { values, ...about } = await readProvider(ctx.state);
    const done = doneWords[ctx.url.searchParams.get("done") ?? ""];
    return page<Data>({ ...about, values, done, errors: [] });
  },
  async POST(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "members.manage");
    const field = await readForm(ctx.req);
    const values = {
      address: field("address"),
      issuer: field("issuer"),
      clientId: field("client_id"),
      clientSecret: field("client_secret"),
      domains: field("domains"),
      newcomerRole: field("newcomer_role"),
    };
    try {
      await saveIdentityProvider(ctx.state.environment, { tenantId, actor: session.actor }, values);
      return ctx.redirect("/single-sign-on?done=saved", 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Single sign-on", hasErrors: true };
      const about = await readProvider(ctx.state);
      return page<Data>({ ...about, values, errors: formErrors(error) }, { status: 422 });
    }
  },
});

async function readProvider(state: State) {
  const { tenantId } = signedIn(state);
  const { origin } = state.reach;
  const provider = await loadIdentityProvider(state.environment, tenantId);
  return {
    isOn: provider !== null,
    door: provider && `${origin}/sign-in/sso/${provider.address}`,
    callback: `${origin}/sign-in/sso/${tenantId}/callback`,
    values: {
      address: provider?.address ?? "",
      issuer: provider?.issuer ?? "",
      clientId: provider?.clientId ?? "",
      clientSecret: "",
      domains: provider?.domains.join(", ") ?? "",
      newcomerRole: provider?.newcomerRole ?? "",
    },
  };
}

export default define.page<typeof handler>(({ data: { values, errors, done, isOn, door, callback } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Single sign-on"
      state={isOn
        ? "Your people can sign in by your company's provider."
        : "Sign-in by your company's provider is off."}
    />
    <ErrorSummary errors={errors} before="the settings are saved" />
    {done && <Notice tone="good">{done}</Notice>}
    {door && (
      <p class="mb-6 max-w-prose">
        Your people sign in at <code class="font-mono break-all">{door}</code>.
      </p>
    )}
    <p class="mb-6 max-w-prose">
      At the provider, allow this address to come back to: <code class="font-mono break-all">{callback}</code>
    </p>
    <Section id="provider" title="The provider">
      <ProviderForm values={values} errors={errors} hasSecret={isOn} />
      {isOn && (
        <p class="mt-6">
          <TapLink href="/single-sign-on/remove">Turn sign-in by the provider off</TapLink>
        </p>
      )}
    </Section>
  </>
));
