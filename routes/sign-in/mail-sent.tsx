/** Says that a link was mailed, if anybody here has the address that was typed. */
import { page } from "fresh";
import { ButtonLink } from "../../components/ui/button.tsx";
import { TapLink } from "../../components/ui/link.tsx";
import { define } from "../../define.ts";
import { linkMinutes } from "../../lib/auth/links.ts";

export const handler = define.handlers({
  GET(ctx) {
    ctx.state.title = { page: "Look in your mail" };
    const purpose = ctx.url.searchParams.get("for") === "reset" ? "reset" : "sign_in";
    return page({ minutes: linkMinutes[purpose], again: purpose === "reset" ? "reset" : "mail-link" });
  },
});

export default define.page<typeof handler>(({ data: { minutes, again } }) => (
  <>
    <h1 class="text-title tracking-title">Look in your mail</h1>
    <p class="mt-3 mb-6">
      {`If someone here has the address that you typed, a link is on its way there. It works once, for ${minutes} minutes.`}
    </p>
    <p class="mb-6">
      No mail after a few minutes? Look in your spam folder, and check the address. Or ask the person who
      added you to Milepost which address they used.
    </p>
    <p>
      <ButtonLink href={`/sign-in/${again}`}>Ask for another link</ButtonLink>
    </p>
    <p class="mt-4">
      <TapLink href="/sign-in">Back to sign-in</TapLink>
    </p>
  </>
));
