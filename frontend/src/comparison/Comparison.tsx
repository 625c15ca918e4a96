import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { WorkflowGraph, type Graph, type GraphHandle } from "../graph";
import { decorations, type Mark } from "./marks";

export type { Mark };

interface Props {
  before: Graph;
  after: Graph;
  marks: ReadonlyMap<string, Mark>;
}

export function Comparison({ before, after, marks }: Props) {
  const [isBefore, setBefore] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const handle = useRef<GraphHandle>(null);
  const graph = isBefore ? before : after;
  const nodes = useMemo(() => decorations(graph, marks, isBefore), [graph, marks, isBefore]);
  const selection = useMemo(() => (chosen === null ? [] : [chosen]), [chosen]);

  const onSelect = useCallback((ids: readonly string[]) => {
    const id = ids[0] ?? null;
    setChosen(id);
    if (id !== null) article(id)?.scrollIntoView({ block: "nearest" });
  }, []);

  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const pointer = (event.target as Element).closest<HTMLElement>("[data-reveal]")?.dataset["reveal"];
      if (pointer === undefined) return;
      // What was removed stands only in the older graph.
      setBefore(marks.get(pointer)?.kind === "removed");
      setChosen(pointer);
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, [marks]);

  useEffect(() => {
    if (chosen !== null && graph.nodes.has(chosen)) handle.current?.reveal(chosen, { centre: true });
  }, [chosen, graph]);

  return (
    <WorkflowGraph ref={handle} graph={graph} label={isBefore ? "Before" : "After"} selection={selection} onSelect={onSelect} nodeDecorations={nodes} refit="always" readOnly>
      <div className="seg absolute top-3 left-3 shadow-float" role="group" aria-label="Which of the two">
        <button type="button" aria-pressed={isBefore} onClick={() => setBefore(true)}>
          Before
        </button>
        <button type="button" aria-pressed={!isBefore} onClick={() => setBefore(false)}>
          After
        </button>
      </div>
    </WorkflowGraph>
  );
}

function article(pointer: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>("[data-change]")].find((element) => element.dataset["change"] === pointer);
}
