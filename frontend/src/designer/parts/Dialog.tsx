/** A modal on the native <dialog>: focus stays inside, Escape closes, focus goes back where it was. */

import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  /** Makes the dialog a form; Enter submits. */
  onSubmit?: () => void;
  wide?: boolean;
  /** It is read, not filled in: the keyboard scrolls it. */
  reading?: boolean;
}

/** Where the keyboard begins: what asks for it, else the first field, else the button that goes on. */
const FIRST = ["[data-autofocus]", "input:not(:disabled), select, textarea", ".btn-primary:not(:disabled)"];

export function Dialog({ title, onClose, children, footer, onSubmit, wide = false, reading = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    const first = FIRST.flatMap((selector) => dialog?.querySelector<HTMLElement>(selector) ?? []);
    first[0]?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const body = (
    <>
      <header className="flex items-center gap-3 pl-5 pr-3 pt-3.5 pb-1">
        <h2 id={id} className="text-lg font-semibold flex-1">
          {title}
        </h2>
        <button type="button" className="btn btn-ghost btn-square btn-sm" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className="px-5 py-2 flex flex-col gap-3.5 overflow-y-auto min-h-0" {...(reading ? { tabIndex: 0, role: "region", "aria-labelledby": id } : {})}>{children}</div>
      {footer === undefined ? <div className="h-3" /> : <footer className="flex items-center justify-end gap-2 px-5 py-3.5">{footer}</footer>}
    </>
  );
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      className={`m-auto p-0 rounded-box bg-base-100 text-base-content shadow-float backdrop:bg-scrim w-[calc(100vw-2rem)] max-h-[calc(100dvh-2rem)] ${wide ? "max-w-3xl" : "max-w-md"}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {onSubmit === undefined ? (
        <div className="flex flex-col max-h-[calc(100dvh-2rem)]">{body}</div>
      ) : (
        <form
          className="flex flex-col max-h-[calc(100dvh-2rem)]"
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {body}
        </form>
      )}
    </dialog>
  );
}
