/** Answers what is not there. */
import { define } from "../define.ts";
import { answerFailure } from "./(_components)/failure_answer.tsx";

export const handler = define.handlers(answerFailure);
