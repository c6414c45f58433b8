/** Turns the data block back into the props of the islands: one signal for each signal, one vnode for each slot. */
import { computed, type Signal, signal } from "@preact/signals";
import { unflatten } from "devalue";
import { h } from "preact";
import type { PagePayload } from "./schedule.ts";
import { SlotContent } from "./slots.ts";

export interface PageValues {
  props: Record<string, unknown>[];
  /** Whether a signal has another value than the one the page was rendered with. */
  signalsChanged(): boolean;
}

export function readValues({ values }: PagePayload): PageValues {
  const signals: Signal[] = [];
  let signalValues: unknown[] = [];
  const revivers: NonNullable<Parameters<typeof unflatten>[1]> = {
    Slot: ([id]: [number]) => h(SlotContent, { id }),
    Signal: ([id]: [number]) => signals[id] ??= signal(),
    Computed: ([id]: [number]) => computed(() => signalValues[id]),
  };
  // A browser without Temporal gets the ISO text instead, so that one such prop does not stop a whole page.
  if (!("Temporal" in globalThis)) {
    for (
      const type of [
        "Duration",
        "Instant",
        "PlainDate",
        "PlainTime",
        "PlainDateTime",
        "PlainMonthDay",
        "PlainYearMonth",
        "ZonedDateTime",
      ]
    ) revivers[`Temporal.${type}`] = (text) => text;
  }
  const [props, read] = unflatten(values, revivers) as [Record<string, unknown>[], unknown[]];
  signalValues = read;
  signals.forEach((each, id) => each.value = signalValues[id]);
  return { props, signalsChanged: () => signals.some((each, id) => each.peek() !== signalValues[id]) };
}
