/** What a program may do, as check boxes, and the same in words for lists. */
import { Checkbox } from "../../../components/ui/choice.tsx";
import { FieldError } from "../../../components/ui/field.tsx";
import { capabilityLabels, keyCapabilities } from "../../../lib/auth/api_keys.ts";

type KeyCapability = typeof keyCapabilities[number];

const words: Record<KeyCapability, string> = { "read": "read", "usage.import": "send usage" };

/** "read, send usage". */
export function capabilityWords(capabilities: readonly string[]): string {
  return keyCapabilities.filter((name) => capabilities.includes(name)).map((name) => words[name]).join(", ");
}

const fieldName = (capability: string) => `may_${capability.replace(".", "_")}`;

/** What was ticked in a sent form. */
export function chosenCapabilities(field: (name: string) => string): string[] {
  return keyCapabilities.filter((capability) => field(fieldName(capability)) !== "");
}

export function CapabilityChoice({ chosen, error }: { chosen: readonly string[]; error?: string }) {
  return (
    <fieldset
      class={error ? "mb-6 border-l-4 border-bad pl-4" : "mb-6"}
      aria-describedby={error && "capabilities-error"}
    >
      <legend class="font-semibold pb-1">What it may do</legend>
      {error && <FieldError id="capabilities-error">{error}</FieldError>}
      {keyCapabilities.map((capability, index) => (
        <Checkbox
          key={capability}
          id={index === 0 ? "capabilities" : fieldName(capability)}
          name={fieldName(capability)}
          label={capabilityLabels[capability]}
          checked={chosen.includes(capability)}
        />
      ))}
    </fieldset>
  );
}
