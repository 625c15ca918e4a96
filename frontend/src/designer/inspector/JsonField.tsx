/** A value as JSON text in a small editor; each text that parses is written to the definition. */

import { lazy, Suspense, useState } from "react";

import type { JsonValue } from "../../asl/document";
import { Raw } from "../../asl/style";
import { put, useCanEdit, useSource, useValue } from "./binding";
import { FieldPreview } from "./preview/FieldPreview";

const SmallEditor = lazy(() => import("../code/SmallEditor"));

interface JsonFieldProps {
  at: string;
  label: string;
  /** Shown, and written at the first change, where the definition has nothing yet. */
  empty?: string;
  /** What an empty editor means: nothing there. */
  removable?: boolean;
  hint?: string;
  /** Refuses values of another kind. */
  objectOnly?: boolean;
  /** The label is read, but not seen: it stands above already. */
  hideLabel?: boolean;
  /** What the field begins with, for its preview. */
  before?: JsonValue | undefined;
}

function problemIn(text: string, objectOnly: boolean): string | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (objectOnly && (typeof value !== "object" || value === null || Array.isArray(value))) return "An object in braces is expected here.";
    return undefined;
  } catch (error) {
    return `Not JSON yet: ${error instanceof Error ? error.message : ""}`;
  }
}

function sameValue(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return a === b;
  }
}

export function JsonField({ at, label, empty = "", removable = true, hint, objectOnly = false, hideLabel = false, before }: JsonFieldProps) {
  const source = useSource(at);
  const written = useValue(at);
  const disabled = !useCanEdit();
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [seen, setSeen] = useState(source);
  if (seen !== source) {
    setSeen(source);
    // A change from elsewhere (undo, the code pane) replaces what was typed here; our own doesn't.
    if (typed !== undefined && !sameValue(typed, source)) setTyped(undefined);
  }
  const shown = typed ?? (source === "" ? empty : source);
  const error = shown.trim() === "" ? undefined : problemIn(shown, objectOnly);

  const change = (text: string): void => {
    setTyped(text);
    if (text.trim() === "" && removable) put(at, undefined);
    else if (problemIn(text, objectOnly) === undefined) put(at, new Raw(text.trim()));
  };
  const leave = (): void => {
    if (typed !== undefined && (typed.trim() === "" || problemIn(typed, objectOnly) === undefined)) setTyped(undefined);
  };

  return (
    <div className="flex flex-col gap-1.5 min-w-0">
      <div className={hideLabel ? "hidden" : "flex items-center justify-between"}>
        <span className="lbl">{label}</span>
        {hint === undefined ? null : <span className="text-2xs text-ink-3">{hint}</span>}
      </div>
      <Suspense fallback={<pre className="code rounded-field border border-control p-2 overflow-auto">{shown}</pre>}>
        <SmallEditor at={at} label={label} text={shown} onChange={change} readOnly={disabled} onBlur={leave} />
      </Suspense>
      {error === undefined ? <FieldPreview at={at} written={written} before={before} /> : <p className="text-xs text-fail-ink">{error}</p>}
    </div>
  );
}
