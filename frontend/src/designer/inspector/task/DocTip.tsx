/** A button that shows an explanation while the pointer or the keyboard is on it. */

import { Info } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";

const WIDTH = 340;

export function DocTip({ about, text }: { about: string; text: string }) {
  const [place, setPlace] = useState<{ top: number; left: number } | undefined>(undefined);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const show = (): void => {
    const box = button.current?.getBoundingClientRect();
    if (box === undefined) return;
    const left = Math.max(8, Math.min(box.left - WIDTH / 2, window.innerWidth - WIDTH - 8));
    setPlace({ top: box.bottom + 6, left });
  };
  const hide = (): void => setPlace(undefined);
  // What scrolls under it would leave it behind.
  useEffect(() => {
    if (place === undefined) return;
    window.addEventListener("scroll", hide, { capture: true, once: true });
    return () => window.removeEventListener("scroll", hide, { capture: true });
  }, [place]);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="text-ink-3 hover:text-base-content focus-visible:text-base-content grid place-items-center size-5 rounded flex-none"
        aria-label={`About ${about}`}
        aria-describedby={place === undefined ? undefined : id}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={show}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || place === undefined) return;
          event.stopPropagation();
          hide();
        }}
      >
        <Info size={13} aria-hidden />
      </button>
      {place === undefined
        ? null
        : createPortal(
            <div id={id} role="tooltip" style={{ top: place.top, left: place.left, width: WIDTH }} className="fixed z-50 max-h-72 overflow-hidden rounded-box bg-base-100 shadow-float border border-base-300 px-3 py-2 text-xs text-ink-2 whitespace-pre-line pointer-events-none">
              {text}
            </div>,
            document.body,
          )}
    </>
  );
}
