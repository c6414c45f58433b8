/** Answers everything that was thrown. */
import { define } from "../define.ts";
import { answerFailure } from "./(_components)/failure_answer.tsx";

export const handler = define.handlers(answerFailure);
