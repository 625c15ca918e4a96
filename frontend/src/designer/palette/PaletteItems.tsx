/** Rows of the palette: each is dragged, or added by a click or Enter, and tells about itself. */

import { GripVertical, Info } from "lucide-react";
import type { DragEvent, KeyboardEvent } from "react";

import { CategoryIcon } from "../../graph";
import type { PaletteItem } from "../catalogue/items";
import { noteUse } from "../catalogue/remembered";
import { addItem, draggedItem } from "../state/adding";
import { useDesigner } from "../state/store";

export const UNSUPPORTED = "Step Functions isn't known to call this action: AWS may refuse a workflow that has it.";

export type ShowAbout = (item: PaletteItem) => void;

/** Put it into the workflow, and remember that it was used. */
export function add(item: PaletteItem): void {
  addItem(item);
  noteUse(item);
}

export function Group({ title, items, onAbout }: { title: string; items: readonly PaletteItem[]; onAbout: ShowAbout }) {
  return (
    <section className="mb-2.5" aria-label={title}>
      <h3 className="flex items-center justify-between px-2 h-6 text-xs font-medium text-ink-2">
        <span>{title}</span>
        <span className="num font-normal text-ink-3">{items.length}</span>
      </h3>
      {items.map((item) => (
        <Row key={item.id} item={item} onAbout={onAbout} />
      ))}
    </section>
  );
}

/** Arrow keys walk the rows, from the top back to the search; the right one tells about the row. */
export function walk(event: KeyboardEvent<HTMLElement>, leave: () => void): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  if (event.key === "Escape") leave();
  else if (event.key === "ArrowRight") rows[at]?.parentElement?.querySelector<HTMLElement>("[data-about]")?.click();
  else if (event.key === "ArrowDown") rows[at + 1]?.focus();
  else if (event.key === "ArrowUp" && at === 0) document.querySelector<HTMLElement>('[data-focus="palette-search"]')?.focus();
  else if (event.key === "ArrowUp") rows[at - 1]?.focus();
  else return;
  event.preventDefault();
}

export function Row({ item, onAbout }: { item: PaletteItem; onAbout: ShowAbout }) {
  const readOnly = useDesigner((state) => !state.boot.permissions.design);
  const onDragStart = (event: DragEvent): void => {
    event.dataTransfer.setData("text/plain", item.title);
    event.dataTransfer.effectAllowed = "copy";
    // Chrome ends a drag whose source changes at once: the canvas shows its zones a moment later.
    setTimeout(() => useDesigner.setState({ dragging: draggedItem(item) }), 0);
  };
  // The canvas forgets what is dragged when it takes it: only then was it used, and the list may move.
  const onDragEnd = (): void => {
    if (useDesigner.getState().dragging === undefined) noteUse(item);
    else useDesigner.setState({ dragging: undefined });
  };
  return (
    <div className="group relative">
      <button
        type="button"
        data-row
        draggable={!readOnly}
        disabled={readOnly}
        onDragStart={onDragStart}
        onDragEnd={onDragEnd}
        onClick={() => add(item)}
        className="w-full flex items-center gap-2.5 h-9 pl-2 pr-8 rounded-md text-left cursor-grab hover:bg-hover focus-visible:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="size-6 rounded-[5px] bg-secondary text-ink-2 grid place-items-center flex-none overflow-hidden">
          <CategoryIcon icon={item.icon} size={14} />
        </span>
        <span className="min-w-0 flex-1 leading-none">
          <span className="block text-s font-medium truncate leading-4">{item.title}</span>
          <span className="block text-2xs text-ink-2 truncate">
            {item.line}
            {item.supported === false ? <span className="text-retry-ink" title={UNSUPPORTED}>, support not known</span> : null}
          </span>
        </span>
        <GripVertical size={14} aria-hidden className="text-ink-3 opacity-0 group-hover:opacity-100 flex-none" />
      </button>
      <button
        type="button"
        data-about
        tabIndex={-1}
        aria-label={`About ${item.title}`}
        title="What it does"
        className="absolute right-1.5 top-1.5 size-6 grid place-items-center rounded text-ink-3 opacity-0 hover:bg-secondary hover:text-base-content group-hover:opacity-100 group-focus-within:opacity-100 [@media(hover:none)]:opacity-100"
        onClick={() => onAbout(item)}
      >
        <Info size={14} aria-hidden />
      </button>
    </div>
  );
}
