/** A small map of a large drawing: where things are, and what part of it the pane shows. Press or drag to go there. */
import { memo, useContext, type PointerEvent } from "react";
import { ARIA } from "./aria";
import type { Layout } from "./layout";
import type { Graph } from "./model";
import { useViewport, ViewportContext } from "./viewport";

const MOST = { width: 200, height: 150 };

export function Minimap({ graph, drawing, selected }: { graph: Graph; drawing: Layout; selected: ReadonlySet<string> }) {
  const viewport = useContext(ViewportContext);
  const { x, y, zoom } = useViewport(({ transform }) => transform);
  const width = useViewport((now) => now.width);
  const height = useViewport((now) => now.height);
  const scale = Math.min(MOST.width / drawing.width, MOST.height / drawing.height);
  const go = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    const map = event.currentTarget.getBoundingClientRect();
    viewport.centre({ x: (event.clientX - map.left) / scale, y: (event.clientY - map.top) / scale });
  };
  return (
    <div className="absolute bottom-3 right-3 z-10 rounded-lg bg-base-100 p-1.5 shadow-float" data-minimap>
      <svg
        role="img"
        aria-label={ARIA.minimap}
        width={Math.round(drawing.width * scale)}
        height={Math.round(drawing.height * scale)}
        viewBox={`0 0 ${String(drawing.width)} ${String(drawing.height)}`}
        className="block cursor-pointer"
        onPointerDown={go}
        onPointerMove={go}
      >
        <Boxes graph={graph} drawing={drawing} selected={selected} />
        <rect x={-x / zoom} y={-y / zoom} width={width / zoom} height={height / zoom} className="fill-none stroke-base-content" strokeWidth={1.5 / scale} />
      </svg>
    </div>
  );
}

const Boxes = memo(function Boxes({ graph, drawing, selected }: { graph: Graph; drawing: Layout; selected: ReadonlySet<string> }) {
  return [...drawing.nodes].map(([id, rect]) => {
    const isOpen = (graph.nodes.get(id)?.scopes ?? []).some((scope) => drawing.scopes.has(scope));
    return <rect key={id} {...rect} rx={8} className={selected.has(id) ? "fill-base-content" : isOpen ? "fill-secondary" : "fill-line-2"} />;
  });
});
