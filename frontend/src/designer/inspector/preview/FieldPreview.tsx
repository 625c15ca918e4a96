/** Beneath a field: what it turns the sample into, or the engine's own error with its place. */

import type { JsonValue } from "../../../asl/document";
import type { Pointer } from "../../../asl/pointer";
import { PreviewError, PreviewValue } from "../../../dataflow/PreviewValue";
import { useFound } from "./PreviewContext";

interface FieldPreviewProps {
  at: Pointer;
  /** The value as written: where it stays what it is, there is nothing to say. */
  written?: JsonValue | undefined;
  /** What the field began with, to mark what it changes. */
  before?: JsonValue | undefined;
}

export function FieldPreview({ at, written, before }: FieldPreviewProps) {
  const found = useFound(at);
  if (found === undefined) return null;
  if (found.cause !== undefined) return <PreviewError found={found} />;
  const text = found.shown?.text ?? JSON.stringify(found.value);
  if (written !== undefined && JSON.stringify(written) === text) return null;
  return <PreviewValue found={found} before={before} />;
}
