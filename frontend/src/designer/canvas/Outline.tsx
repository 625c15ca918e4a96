/** The workflow as a tree, in the order of its paths: the canvas for those who would rather read a list. */

import { ChevronDown, ChevronRight, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { CategoryIcon, type Graph, type GraphNode } from "../../graph";
import { backToCanvas } from "../actionsLooking";
import { canvas } from "../state/canvas";
import { graphOf } from "../state/derive";
import { uncover, useLook } from "../state/look";
import { select, useDesigner } from "../state/store";

interface Row {
  node: GraphNode;
  level: number;
  /** "Branch 2", over the first state of each branch. */
  heading: string;
  parent: string | undefined;
  place: number;
  of: number;
}

/** Rows as they are read, without what lies in `closed` containers. */
export function outlineOf(graph: Graph, closed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const add = (scopeId: string, level: number, parent: string | undefined, titled: boolean): void => {
    const scope = graph.scopes.get(scopeId);
    scope?.nodes.forEach((id, index) => {
      const node = graph.nodes.get(id);
      if (node === undefined) return;
      rows.push({ node, level, parent, heading: titled && index === 0 ? scope.title : "", place: index + 1, of: scope.nodes.length });
      if (!closed.has(id)) for (const inner of node.scopes) add(inner, level + 1, id, node.scopes.length > 1);
    });
  };
  add("", 1, undefined, false);
  return rows;
}

export function Outline() {
  const isOpen = useLook((look) => look.outline);
  return isOpen ? <Tree /> : null;
}

function leave(): void {
  useLook.setState({ outline: false });
  backToCanvas();
}

function choose(id: string): void {
  uncover(id);
  select([id]);
  requestAnimationFrame(() => canvas()?.reveal(id, { centre: true }));
}

function Tree() {
  const graph = graphOf(useDesigner((state) => state.good));
  const selection = useDesigner((state) => state.selection);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const rows = useMemo(() => outlineOf(graph, closed), [graph, closed]);
  const roving = rows.find(({ node }) => node.id === (current ?? selection[0]))?.node.id ?? rows[0]?.node.id;

  const go = (id: string | undefined): void => {
    if (id === undefined) return;
    setCurrent(id);
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const toggle = (id: string): void => setClosed((now) => (now.has(id) ? new Set([...now].filter((each) => each !== id)) : new Set([...now, id])));
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rows.findIndex(({ node }) => node.id === roving);
    const row = rows[at];
    if (row === undefined) return;
    const isBranch = row.node.scopes.length > 0;
    const isShut = closed.has(row.node.id);
    if (event.key === "ArrowDown") go(rows[at + 1]?.node.id);
    else if (event.key === "ArrowUp") go(rows[at - 1]?.node.id);
    else if (event.key === "Home") go(rows[0]?.node.id);
    else if (event.key === "End") go(rows.at(-1)?.node.id);
    else if (event.key === "ArrowRight" && isBranch && !isShut) go(rows[at + 1]?.node.id);
    else if ((event.key === "ArrowRight" && isShut) || (event.key === "ArrowLeft" && isBranch && !isShut)) toggle(row.node.id);
    else if (event.key === "ArrowLeft") go(row.parent);
    else if (event.key === "Enter" || event.key === " ") choose(row.node.id);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // It opens where the selection is.
  useEffect(() => {
    const [id] = useDesigner.getState().selection;
    if (id !== undefined) list.current?.querySelector(`[data-row="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
  }, []);

  return (
    <section aria-label="Outline" className="absolute right-3 top-14 bottom-14 z-10 w-72 max-w-[calc(100%-4.5rem)] flex flex-col rounded-lg bg-base-100 shadow-float">
      <header className="flex items-center justify-between pl-3 pr-1 h-9 flex-none border-b border-base-300">
        <h2 className="text-s font-semibold">Outline</h2>
        <button type="button" className="btn btn-ghost btn-square btn-sm" aria-label="Close the outline" onClick={leave}>
          <X size={15} aria-hidden />
        </button>
      </header>
      {rows.length === 0 ? <p className="p-3 text-xs text-ink-2">There are no states yet.</p> : null}
      <ul ref={list} role="tree" aria-label="States" aria-multiselectable className="flex-1 min-h-0 overflow-y-auto p-1" onKeyDown={onKeyDown}>
        {rows.map((row) => (
          <TreeRow key={row.node.id} row={row} closed={closed.has(row.node.id)} selected={selection.includes(row.node.id)} isCurrent={row.node.id === roving} onToggle={toggle} onFocus={setCurrent} />
        ))}
      </ul>
    </section>
  );
}

interface TreeRowProps {
  row: Row;
  closed: boolean;
  selected: boolean;
  isCurrent: boolean;
  onToggle: (id: string) => void;
  onFocus: (id: string) => void;
}

function TreeRow({ row: { node, level, heading, place, of }, closed, selected, isCurrent, onToggle, onFocus }: TreeRowProps) {
  const isBranch = node.scopes.length > 0;
  const Chevron = closed ? ChevronRight : ChevronDown;
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-posinset={place}
      aria-setsize={of}
      aria-selected={selected}
      {...(isBranch ? { "aria-expanded": !closed } : {})}
      tabIndex={isCurrent ? 0 : -1}
      data-row={node.id}
      {...(isCurrent ? { "data-focus": "outline" } : {})}
      className={`rounded-field cursor-pointer hover:bg-hover ${selected ? "bg-secondary" : ""}`}
      onFocus={() => onFocus(node.id)}
      onClick={() => choose(node.id)}
    >
      {heading === "" ? null : (
        <span className="block text-2xs text-ink-3 pt-1" style={{ paddingLeft: level * 14 + 8 }}>
          {heading}
        </span>
      )}
      <span className="flex items-center gap-1.5 h-7 pr-2 text-s" style={{ paddingLeft: (level - 1) * 14 + 4 }}>
        {isBranch ? (
          <Chevron
            size={14}
            aria-hidden
            className="flex-none text-ink-3"
            onClick={(event) => {
              event.stopPropagation();
              onToggle(node.id);
            }}
          />
        ) : (
          <span className="w-3.5 flex-none" />
        )}
        <CategoryIcon icon={node.icon} size={14} className="text-ink-2 flex-none" />
        <span className="truncate">{node.name}</span>
        <span className="sr-only">, {node.type}</span>
      </span>
    </li>
  );
}
