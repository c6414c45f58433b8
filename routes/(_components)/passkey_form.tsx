/** A form that is answered with a passkey. Its button shows where the browser has passkeys; everywhere else it says what to do. */
import { asset } from "fresh/runtime";
import { Button } from "../../components/ui/button.tsx";

export interface PasskeyFormProps {
  /** The address that takes the answer; a challenge comes from the one below it. */
  action: string;
  /** Ask a device for a passkey that it has, or let it make one. */
  kind: "get" | "create";
  label: string;
  hidden?: Record<string, string>;
}

const failed = {
  get: "That did not work. The device may have no passkey for Milepost. Try again, or sign in another way.",
  create: "That did not work. The device may have a passkey for Milepost already. Try again, or use another.",
};

export function PasskeyForm({ action, kind, label, hidden = {} }: PasskeyFormProps) {
  return (
    <div>
      <form method="post" action={action} data-passkey={kind} data-failed={failed[kind]} hidden>
        {Object.entries({ credential: "", ...hidden }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Button icon="key">{label}</Button>
        <p role="status" class="font-semibold text-bad"></p>
      </form>
      <p>To use a passkey, turn on JavaScript in a browser that has passkeys.</p>
      <script type="module" src={asset("/passkey.js")}></script>
    </div>
  );
}
