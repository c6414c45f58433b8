/** Asks for a link by mail that signs in. */
import { define } from "../../define.ts";
import { mailRequestHandlers, MailRequestPage } from "./(_components)/mail_request.tsx";

const { GET, POST } = mailRequestHandlers("sign_in");
export const handler = define.handlers({ GET, POST });

export default define.page<typeof handler>(({ data }) => <MailRequestPage {...data} />);
