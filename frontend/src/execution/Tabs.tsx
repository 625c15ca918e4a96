/** Underlined tabs with the arrow keys of the ARIA pattern. */
import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface Tab<Key extends string> {
  key: Key;
  title: string;
  count?: number | undefined;
}

interface TabsProps<Key extends string> {
  label: string;
  tabs: readonly Tab<Key>[];
  chosen: Key;
  onChoose: (key: Key) => void;
  aside?: ReactNode;
  className?: string;
}

export function Tabs<Key extends string>({ label, tabs, chosen, onChoose, aside, className }: TabsProps<Key>) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex(({ key }) => key === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChoose(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <div className={`flex flex-none items-stretch border-b border-base-300 ${className ?? ""}`}>
      <div className="utabs min-w-0 flex-1 overflow-x-auto shadow-none" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ key, title, count }) => (
          <button key={key} id={`${id}-${key}`} type="button" role="tab" aria-selected={key === chosen} tabIndex={key === chosen ? 0 : -1} onClick={() => onChoose(key)}>
            {title}
            {count !== undefined && <span className="count">{count.toLocaleString("en")}</span>}
          </button>
        ))}
      </div>
      {aside}
    </div>
  );
}
