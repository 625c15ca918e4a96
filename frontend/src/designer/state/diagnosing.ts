/**
 * The validator's findings, kept in step with the text.
 *
 * A change is asked about at once. While an answer is awaited nothing more is asked, and then about the text as it is by then:
 * somebody who types fast is told about as often as the server can answer.
 */

import { ApiError, diagnose, type Diagnostic } from "../api";
import { afterPaint, whenIdle } from "./later";
import { useDesigner } from "./store";

/** A question that isn't answered by then is given up; the next change asks again. */
const ANSWERED_WITHIN = 15_000;
/** Sending a text of more characters takes a good part of a frame: the canvas is painted first, and what is typed next comes before it. */
const LARGE = 250_000;

let isAsking = false;

export function diagnoseSoon(): void {
  if (useDesigner.getState().text.length > LARGE) afterPaint(() => whenIdle(() => void diagnoseNow()));
  else void diagnoseNow();
}

export async function diagnoseNow(): Promise<void> {
  const { text, problems, boot } = useDesigner.getState();
  if (isAsking || problems.length > 0) return;
  isAsking = true;
  try {
    const { diagnostics } = await diagnose(boot.urls.diagnose, text, boot.machine.type, AbortSignal.timeout(ANSWERED_WITHIN));
    if (useDesigner.getState().text === text) take(diagnostics);
  } catch (error) {
    // The validator being away must not disturb editing; the next change asks again.
    if (!(error instanceof ApiError)) throw error;
  } finally {
    isAsking = false;
  }
  if (useDesigner.getState().text !== text) await diagnoseNow();
}

/** The same findings again are no news: nothing is marked anew for them. */
function take(diagnostics: readonly Diagnostic[]): void {
  if (JSON.stringify(diagnostics) !== JSON.stringify(useDesigner.getState().diagnostics)) useDesigner.setState({ diagnostics });
}
