/** Whether the sample fulfils a condition, beside it. */

import { Check, TriangleAlert, X } from "lucide-react";
import { useContext } from "react";

import type { Pointer } from "../../../asl/pointer";
import { PreviewedState } from "../preview/PreviewContext";
import { usePreviews } from "../preview/previews";

export type Outcome = "true" | "false" | "failed" | "unknown";

export interface Found {
  outcome: Outcome;
  cause: string;
}

export function useOutcome(at: Pointer): Found {
  const state = useContext(PreviewedState) ?? "";
  const step = usePreviews((current) => current.steps.get(at.slice(state.length)));
  if (step?.cause !== undefined && step.cause !== null) return { outcome: "failed", cause: step.error === null ? step.cause : `${step.error}: ${step.cause}` };
  const text = step?.value?.text;
  return { outcome: text === "true" || text === "false" ? text : "unknown", cause: "" };
}

const LOOK = {
  true: { icon: Check, words: "The sample matches", look: "text-ok-ink" },
  false: { icon: X, words: "The sample doesn't match", look: "text-ink-3" },
  failed: { icon: TriangleAlert, words: "Fails with the sample", look: "text-fail-ink" },
} as const;

export function Verdict({ at, words = false }: { at: Pointer; words?: boolean }) {
  const { outcome, cause } = useOutcome(at);
  if (outcome === "unknown") return null;
  const { icon: Icon, words: said, look } = LOOK[outcome];
  return (
    <span className={`inline-flex items-center gap-1 flex-none text-2xs ${look}`} title={cause === "" ? said : cause} data-verdict={outcome}>
      <Icon size={13} aria-hidden />
      <span className={words ? "" : "sr-only"}>{said}</span>
    </span>
  );
}
