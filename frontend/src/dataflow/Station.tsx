/** A state's way with data as a drawn path: one stop after the other, what is set aside on a branch of its own. */

import type { ReactNode } from "react";

import type { JsonValue } from "../asl/document";
import type { Found } from "./found";
import { PreviewError, PreviewValue } from "./PreviewValue";

export function DataPath({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol aria-label={label} className="flex flex-col">
      {children}
    </ol>
  );
}

export interface StationProps {
  title: string;
  hint?: ReactNode;
  /** It doesn't lie on the way to the output: variables, what is sent. */
  aside?: boolean;
  tone?: "plain" | "ends" | "failed" | "unchanged";
  children?: ReactNode;
}

const DOT: Readonly<Record<NonNullable<StationProps["tone"]>, string>> = {
  plain: "bg-base-content border-base-content",
  ends: "bg-base-100 border-base-content border-[3px]",
  failed: "bg-fail border-fail",
  unchanged: "bg-base-100 border-line-2",
};

export function Station({ title, hint, aside = false, tone = "plain", children }: StationProps) {
  return (
    <li className="group relative pl-6 pb-4 last:pb-0 min-w-0">
      <span aria-hidden className="absolute left-[5px] top-2 bottom-[-0.5rem] w-px bg-line-2 group-last:hidden" />
      {aside ? <span aria-hidden className="absolute left-[5px] top-[9px] w-3 border-t border-dashed border-line-2" /> : null}
      <span aria-hidden className={`absolute top-1 size-[11px] rounded-full border-2 ${aside ? "left-3.5 rounded-[3px] !size-[9px] !top-[5px]" : "left-0"} ${DOT[tone]}`} />
      <div className={`flex flex-col gap-1.5 min-w-0 ${aside ? "pl-2" : ""}`}>
        <div className="flex items-baseline justify-between gap-2 min-h-5">
          <h3 className="lbl">{title}</h3>
          {typeof hint === "string" ? <span className="text-2xs text-ink-3 text-right">{hint}</span> : hint}
        </div>
        {children}
      </div>
    </li>
  );
}

export function ValueStation({ found, before, label, ...rest }: StationProps & { found: Found | undefined; before?: JsonValue | undefined; label: string }) {
  return (
    <Station {...rest} tone={found?.cause === undefined ? (rest.tone ?? "plain") : "failed"}>
      {found === undefined ? rest.children : found.cause === undefined ? <PreviewValue found={found} before={before} label={label} /> : <PreviewError found={found} />}
    </Station>
  );
}
