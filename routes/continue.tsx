/** Forms that wait for the person who is signed in: each goes on where it stopped, or is thrown away. */
import { page } from "fresh";
import { Actions, Button } from "../components/ui/button.tsx";
import { Empty } from "../components/ui/empty.tsx";
import { PageHeader } from "../components/ui/page_header.tsx";
import { Section } from "../components/ui/section.tsx";
import { define, type Session } from "../define.ts";
import { discardForm, findHeldForms, type HeldForm, heldMinutes } from "../lib/auth/held_forms.ts";
import { isId } from "../lib/core/ids.ts";
import { readForm } from "./(_components)/form_fields.ts";
import { Frame } from "./(_components)/frame.tsx";
import { continuePath, heldField, heldToken } from "./(_components)/held_form.ts";
import { roomName } from "./(_components)/room_name.ts";

const toSignIn = `/sign-in?next=${encodeURIComponent(continuePath)}`;

export const handler = define.handlers({
  async GET(ctx) {
    const { session, environment } = ctx.state;
    if (!session) return ctx.redirect(toSignIn, 303);
    const forms = await findHeldForms(environment, { token: heldToken(ctx), userId: session.user.id });
    ctx.state.title = { page: "What is kept for you" };
    return page({ session, forms, now: environment.clock.now() }, {
      headers: { "cache-control": "no-store" },
    });
  },
  async POST(ctx) {
    const { session, environment } = ctx.state;
    if (!session) return ctx.redirect(toSignIn, 303);
    const id = (await readForm(ctx.req))("discard");
    const holder = { token: heldToken(ctx), userId: session.user.id };
    if (isId(id)) await discardForm(environment, holder, id);
    const left = await findHeldForms(environment, holder);
    return ctx.redirect(left.length > 0 ? continuePath : "/", 303);
  },
});

export default define.page<typeof handler>(({ data: { session, forms, now }, state, url }) => (
  <Frame state={state} path={url.pathname}>
    <PageHeader
      title="What is kept for you"
      state={forms.length > 0 && "You are signed in. Nothing of this was saved so far."}
    />
    {forms.length === 0
      ? (
        <Empty
          main
          sentence={`Nothing waits for you here. What you type is kept for ${heldMinutes} minutes, and sent once.`}
          action={{ label: "Go to Home", href: "/" }}
        />
      )
      : forms.map((form, index) => (
        <WaitingForm key={form.id} form={form} index={index} session={session} now={now} />
      ))}
  </Frame>
));

interface WaitingFormProps {
  form: HeldForm;
  index: number;
  session: Session;
  now: Temporal.Instant;
}

function WaitingForm({ form, index, session, now }: WaitingFormProps) {
  const room = roomName(form.path);
  const minutes = Math.floor(now.since(form.createdAt).total("minutes"));
  const business = session.memberships.find(({ tenantId }) => tenantId === form.tenantId);
  const isHere = session.tenant?.id === form.tenantId;
  return (
    <Section id={`form-${index + 1}`} title={room} first={index === 0}>
      <p class="mb-4">
        {`You sent this ${
          minutes === 0 ? "just now" : minutes === 1 ? "a minute ago" : `${minutes} minutes ago`
        }.`}
        {business && !isHere && ` It belongs to ${business.tenantName}.`}
      </p>
      <Actions>
        {isHere
          ? (
            <form method="post" action={form.path}>
              <Button
                kind={index === 0 ? "go" : "normal"}
                name={heldField}
                value={form.id}
                about={`in ${room}`}
              >
                Go on with what you typed
              </Button>
            </form>
          )
          : business && (
            <form method="post" action={`/tenants?next=${continuePath}`}>
              <Button kind={index === 0 ? "go" : "normal"} name="tenant" value={business.tenantId}>
                {`Work in ${business.tenantName}`}
              </Button>
            </form>
          )}
        <form method="post" action={continuePath}>
          <Button kind="plain" name="discard" value={form.id} about={`what you typed in ${room}`}>
            Throw it away
          </Button>
        </form>
      </Actions>
    </Section>
  );
}
