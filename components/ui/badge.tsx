/** A state as shape and word; only what needs a person is painted. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

const painted = "px-2 py-1 rounded";

const tones = {
  plain: `badge text-ink-2`,
  good: `badge text-good`,
  info: `badge text-blue`,
  warn: `badge ${painted} text-warn bg-warn-tint [--cut:var(--warn-tint)]`,
  bad: `badge ${painted} text-bad bg-bad-tint [--cut:var(--bad-tint)]`,
};

/** The states of the product, each with its one shape and tone. */
const states = {
  draft: ["draft", "plain"],
  void: ["void", "plain"],
  set_aside: ["look", "plain"],
  due: ["due", "info"],
  part_paid: ["part_paid", "info"],
  running: ["due", "info"],
  paid: ["paid", "good"],
  done: ["paid", "good"],
  approve: ["approve", "warn"],
  look: ["look", "warn"],
  overdue: ["overdue", "bad"],
  failed: ["failed", "bad"],
} as const satisfies Record<string, readonly [IconName, keyof typeof tones]>;

export type BadgeState = keyof typeof states;

export interface BadgeProps {
  state: BadgeState;
  /** The word, with its figure where there is one: "Overdue 6 days". */
  children: ComponentChildren;
}

export function Badge({ state, children }: BadgeProps) {
  const [icon, tone] = states[state];
  return (
    <span class={tones[tone]}>
      <Icon name={icon} />
      {children}
    </span>
  );
}
