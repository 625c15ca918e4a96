/** A few actions behind one button. It closes with Escape, with a choice, and when the focus leaves. */

import { Ellipsis } from "lucide-react";
import { useRef } from "react";

export interface MenuItem {
  label: string;
  perform: () => void;
  disabled?: boolean;
}

export function RowMenu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  const ref = useRef<HTMLDetailsElement>(null);
  const close = (): void => ref.current?.removeAttribute("open");
  return (
    <details
      ref={ref}
      className="relative flex-none"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || ref.current?.open !== true) return;
        event.stopPropagation();
        close();
        ref.current.querySelector("summary")?.focus();
      }}
    >
      <summary className="btn btn-ghost btn-square btn-xs list-none" aria-label={label} title={label}>
        <Ellipsis size={14} aria-hidden />
      </summary>
      <ul className="absolute right-0 top-7 z-20 w-52 p-1 rounded-box bg-base-100 shadow-float">
        {items.map((item) => (
          <li key={item.label}>
            <button
              type="button"
              className="w-full text-left px-2 h-8 rounded-field text-s hover:bg-hover disabled:text-ink-3"
              disabled={item.disabled}
              onClick={() => {
                close();
                ref.current?.querySelector("summary")?.focus();
                item.perform();
              }}
            >
              {item.label}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
