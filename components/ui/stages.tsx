/** The stages of a longer task: done has a check mark, the current one is bold, later ones wait. */
import { Icon } from "./icon.tsx";

export interface StagesProps {
  /** "Stages of the import". */
  label: string;
  stages: string[];
  /** Index of the stage that is under way; `stages.length` when all are done. */
  current: number;
}

const stage = "flex items-center gap-2 px-3 md:px-0 py-2 border-l-4 md:border-l-0 md:border-t-4";
const done = `${stage} border-good text-ink-2`;
const here = `${stage} border-blue text-blue font-bold`;
const later = `${stage} border-line text-ink-2`;

export function Stages({ label, stages, current }: StagesProps) {
  return (
    <ol role="list" aria-label={label} class="mb-6 md:grid md:grid-flow-col md:auto-cols-fr md:gap-2">
      {stages.map((name, index) => (
        <li
          key={name}
          class={index < current ? done : index === current ? here : later}
          aria-current={index === current ? "step" : undefined}
        >
          {index < current && <Icon name="paid" />}
          {name}
          {index < current && <span class="sr-only">, done</span>}
        </li>
      ))}
    </ol>
  );
}
