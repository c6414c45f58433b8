/** All that is kept of the one who is signed in, as a file. */
import { define, signedIn } from "../../../define.ts";
import { exportAccount } from "../../../lib/privacy/export.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = signedIn(ctx.state);
    const content = await exportAccount(ctx.state.environment, { id: session.user.id });
    return new Response(content, {
      headers: {
        "content-type": "application/json",
        "content-disposition": `attachment; filename="account_data.json"`,
        "cache-control": "no-store",
      },
    });
  },
});
