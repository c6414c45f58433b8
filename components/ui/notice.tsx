/** One tinted line under the header: something was done, something is newer, or this is a saved copy. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

const tones = {
  info: "bg-blue-tint border-blue",
  good: "bg-good-tint border-good",
  warn: "bg-warn-tint border-warn",
};
const icons: Record<NoticeProps["tone"], IconName> = { info: "info", good: "paid", warn: "look" };

export interface NoticeProps {
  tone: "info" | "good" | "warn";
  children: ComponentChildren;
}

export function Notice({ tone, children }: NoticeProps) {
  return (
    <div class={`flex items-start gap-3 mb-6 px-4 py-3 border-l-4 ${tones[tone]}`}>
      <Icon name={icons[tone]} class="mt-1" />
      <div class="min-w-0 max-w-prose font-semibold">{children}</div>
    </div>
  );
}
