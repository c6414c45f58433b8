/** Asks for a link by mail that sets a new password. */
import { define } from "../../define.ts";
import { mailRequestHandlers, MailRequestPage } from "./(_components)/mail_request.tsx";

const { GET, POST } = mailRequestHandlers("reset");
export const handler = define.handlers({ GET, POST });

export default define.page<typeof handler>(({ data }) => <MailRequestPage {...data} />);
