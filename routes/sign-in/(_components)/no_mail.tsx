/** Said where a link would be mailed and no mail server is set: why not, and whom to ask. */
import { Notice } from "../../../components/ui/notice.tsx";

export function NoMail() {
  return (
    <Notice tone="info">
      This installation sends no mail. Ask the person who runs it for a link. They make one with the command
      “milepost members link”.
    </Notice>
  );
}
