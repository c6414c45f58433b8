/** A secret that was made just now and is never shown again. */
import { Notice } from "../../../components/ui/notice.tsx";

export interface NewSecretProps {
  /** "Copy the new key now. It is not shown again." */
  sentence: string;
  secret: string;
}

/** The secret must not stay in a cache or a history: headers of the answer that shows it. */
export const secretHeaders = { "cache-control": "no-store" };

export function NewSecret({ sentence, secret }: NewSecretProps) {
  return (
    <Notice tone="good">
      <p class="mb-2">{sentence}</p>
      <p>
        <code class="font-mono break-all">{secret}</code>
      </p>
    </Notice>
  );
}
