/** A value as the server shows it, or why there is none. */

import type { JsonValue } from "../asl/document";

export interface Shown {
  /** JSON text, perhaps only its beginning. */
  text: string;
  /** Characters of the whole. */
  size: number;
  cut: boolean;
}

/** Parsed once; undefined where it was cut. */
const values = new WeakMap<Shown, { value: JsonValue | undefined }>();

export function valueOf(shown: Shown): JsonValue | undefined {
  const known = values.get(shown);
  if (known !== undefined) return known.value;
  const value = shown.cut ? undefined : (JSON.parse(shown.text) as JsonValue);
  values.set(shown, { value });
  return value;
}

export interface Found {
  value?: JsonValue | undefined;
  shown?: Shown;
  error?: string | undefined;
  cause?: string;
  /** Pointer from the state, where the error is in a part of the field. */
  at?: string | undefined;
}
