/** Stops the execution, after a question. */
import { Square } from "lucide-react";
import { useRef, useState, type RefObject } from "react";
import { ApiError, postJson } from "./api";
import type { Execution } from "./types";

interface StopProps {
  url: string;
  execution: Execution;
  onStopped: (execution: Execution) => void;
}

export function StopButton(props: StopProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" className="btn btn-line" onClick={() => dialog.current?.showModal()}>
        <Square aria-hidden size={13} strokeWidth={1.75} />
        Stop
      </button>
      <StopDialog {...props} dialog={dialog} />
    </>
  );
}

function StopDialog({ url, execution, onStopped, dialog }: StopProps & { dialog: RefObject<HTMLDialogElement | null> }) {
  const [cause, setCause] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  const stop = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      onStopped(await postJson<Execution>(url, cause.trim() === "" ? {} : { cause: cause.trim() }));
      dialog.current?.close();
    } catch (error) {
      setRefusal(error instanceof ApiError ? error.message : "The server couldn't be reached. Nothing was stopped; try again.");
    } finally {
      setBusy(false);
    }
  };

  return (
    <dialog ref={dialog} className="confirm" aria-labelledby="stop-title">
      <form
        method="dialog"
        className="flex flex-col gap-3 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          void stop();
        }}
      >
        <h2 id="stop-title" className="text-lg font-semibold">
          Stop this execution?
        </h2>
        <p className="text-s text-ink-2">
          <span className="font-medium text-base-content">{execution.name}</span>
          {execution.environment.production ? ` runs in ${execution.environment.name}, a production environment. ` : ` runs in ${execution.environment.name}. `}
          It ends as aborted and open review tasks close. For 14 days it can be redriven.
        </p>
        <label className="flex flex-col gap-1">
          <span className="lbl">Cause, for the history (optional)</span>
          <input className="input" value={cause} maxLength={32_768} onChange={(event) => setCause(event.target.value)} />
        </label>
        {refusal && (
          <p role="alert" className="text-s text-fail-ink">
            {refusal}
          </p>
        )}
        <div className="flex justify-end gap-2 pt-1">
          <button type="button" className="btn btn-line" onClick={() => dialog.current?.close()}>
            Keep it running
          </button>
          <button type="submit" className="btn btn-primary" disabled={isBusy}>
            {isBusy ? "Stopping" : "Stop execution"}
          </button>
        </div>
      </form>
    </dialog>
  );
}
