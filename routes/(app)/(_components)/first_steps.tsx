/** What a new business does first, one step after the other, each with its page and a mark when it is done. */
import { Icon } from "../../../components/ui/icon.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Section } from "../../../components/ui/section.tsx";

export interface FirstStep {
  /** "Add a customer". */
  label: string;
  why: string;
  href: string;
  isDone: boolean;
  /** Who does it, where the reader may not: "an admin or a biller". */
  whom?: string;
}

export function FirstStepList({ steps }: { steps: FirstStep[] }) {
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <Section id="first-steps" title="Your first invoice, step by step" first>
      <ol role="list" class="mb-12">
        {steps.map((step, index) => (
          <li
            key={step.href}
            class={`flex ${step.isDone ? "items-start" : "items-baseline"} gap-4 py-3 border-b border-line`}
            aria-current={step === next ? "step" : undefined}
          >
            <span class="w-8 shrink-0 text-lead text-ink-2 tabular-nums">
              {step.isDone ? <Icon name="paid" /> : index + 1}
            </span>
            <div class="min-w-0">
              {step.isDone || step.whom
                ? (
                  <p class="font-semibold">
                    {step.label}
                    <span class="text-ink-2 font-normal">
                      {step.isDone ? ", done" : `: ask ${step.whom}`}
                    </span>
                  </p>
                )
                : <TapLink href={step.href}>{step.label}</TapLink>}
              <p class="max-w-prose text-ink-2">{step.why}</p>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
