/** A stop of the data's way at a field of the state that is edited. */

import { useContext } from "react";

import type { JsonValue } from "../../../asl/document";
import { Station, type StationProps } from "../../../dataflow/Station";
import { FieldPreview } from "./FieldPreview";
import { PreviewedState } from "./PreviewContext";
import { findAt, usePreviews } from "./previews";

/** A stop at a field of the state: `children` edit it, beneath stands what it gives. */
export function FieldStation({ path, before, tone, children, ...rest }: StationProps & { path: string; before?: JsonValue | undefined }) {
  const state = useContext(PreviewedState) ?? "";
  const steps = usePreviews((current) => current.steps);
  const found = findAt(steps, path);
  const step = steps.get(path);
  const look = found?.cause !== undefined ? "failed" : (tone ?? (step === undefined ? "unchanged" : "plain"));
  return (
    <Station {...rest} tone={look}>
      {children}
      {children === undefined ? <FieldPreview at={`${state}${path}`} before={before} /> : null}
      {step !== undefined && found === undefined ? <p className="text-2xs text-ink-3">Needs a value that the sample hasn't, or that failed before.</p> : null}
    </Station>
  );
}
