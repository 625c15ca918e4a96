/** The designer's panes: palette, canvas with code and problems, inspector. Sheets on a narrow screen. */

import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";

import { Canvas } from "./canvas/Canvas";
import { Dialogs } from "./dialogs/Dialogs";
import { Inspector } from "./inspector/Inspector";
import { Notices } from "./Notices";
import { Palette } from "./palette/Palette";
import { Resizer } from "./parts/Resizer";
import { Problems } from "./Problems";
import { usePageCommands } from "./pageCommands";
import { useShortcuts } from "./shortcuts";
import { offerDrafts } from "./drafts/keeping";
import { useDesigner, type DesignerState } from "./state/store";
import { startWatching } from "./state/watching";
import { TopBar } from "./TopBar";

const CodePane = lazy(() => import("./code/CodePane"));
const TestPanel = lazy(() => import("./testing/TestPanel"));

/** Below this the palette and the inspector are sheets. */
const NARROW = "(max-width: 899px)";

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const query = window.matchMedia(NARROW);
    const onChange = (): void => setNarrow(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  return narrow;
}

export function App() {
  const narrow = useNarrow();
  useShortcuts();
  usePageCommands();
  useEffect(() => {
    const stop = startWatching();
    offerDrafts();
    return stop;
  }, []);
  return (
    <>
      <TopBar />
      {narrow ? <Narrow /> : <Wide />}
      <Dialogs />
      <Notices />
    </>
  );
}

function Wide() {
  const canDesign = useDesigner((state) => state.boot.permissions.design);
  const dock = useDesigner((state) => state.codeDock);
  const [inspectorWidth, setInspectorWidth] = useState(400);
  const [codeHeight, setCodeHeight] = useState(204);
  const [codeWidth, setCodeWidth] = useState(460);
  const isTesting = useDesigner((state) => state.testing);
  const [testHeight, setTestHeight] = useState(320);
  return (
    <div className="h-full w-full flex flex-col min-h-0 min-w-0">
    <div className="flex-1 flex min-h-0 min-w-0">
      {canDesign ? (
        <div className="w-[260px] flex-none border-r border-base-300 min-h-0">
          <Palette />
        </div>
      ) : null}
      <div className="flex-1 min-w-0 flex flex-col min-h-0">
        <div className="flex-1 min-h-0 flex">
          <div className="flex-1 min-w-0 min-h-0">
            <Canvas />
          </div>
          {dock === "right" ? (
            <div className="relative flex-none border-l border-base-300" style={{ width: codeWidth }}>
              <Resizer label="Width of the definition" axis="x" value={codeWidth} min={280} max={900} onChange={setCodeWidth} />
              <Code />
            </div>
          ) : null}
        </div>
        {dock === "bottom" ? (
          <div className="relative flex-none border-t border-base-300" style={{ height: codeHeight }}>
            <Resizer label="Height of the definition" axis="y" value={codeHeight} min={120} max={640} onChange={setCodeHeight} />
            <Code />
          </div>
        ) : null}
        <Problems />
      </div>
      <div className="relative flex-none border-l border-base-300 min-h-0" style={{ width: inspectorWidth }}>
        <Inspector resizer={<Resizer label="Width of the inspector" axis="x" value={inspectorWidth} min={300} max={720} onChange={setInspectorWidth} />} />
      </div>
    </div>
      {isTesting ? (
        <div className="relative z-20 flex-none border-t border-base-300" style={{ height: testHeight }}>
          <Resizer label="Height of the tests" axis="y" value={testHeight} min={160} max={640} onChange={setTestHeight} />
          <Tests />
        </div>
      ) : null}
    </div>
  );
}

function Code() {
  return (
    <Suspense fallback={<p className="p-4 text-xs text-ink-2">Opening the definition</p>}>
      <CodePane />
    </Suspense>
  );
}

function Tests() {
  return (
    <Suspense fallback={<p className="p-4 text-xs text-ink-2">Opening the tests</p>}>
      <TestPanel />
    </Suspense>
  );
}

const closeSheet = (): void => useDesigner.setState({ sheet: undefined });

/** There is room for the definition or the tests: for what was opened last. */
function useOneAtATime(): void {
  useEffect(() => {
    const keepOne = (state: DesignerState, before: DesignerState): void => {
      if (state.testing && state.codeDock !== "closed") useDesigner.setState(before.testing ? { testing: false, painted: undefined } : { codeDock: "closed" });
    };
    const now = useDesigner.getState();
    keepOne(now, { ...now, testing: false });
    return useDesigner.subscribe(keepOne);
  }, []);
}

function Narrow() {
  useOneAtATime();
  const sheet = useDesigner((state) => state.sheet);
  const dock = useDesigner((state) => state.codeDock);
  const isTesting = useDesigner((state) => state.testing);
  const canDesign = useDesigner((state) => state.boot.permissions.design);
  return (
    <>
    <div className="h-full w-full flex flex-col min-h-0" inert={sheet !== undefined}>
      <div className="flex-1 min-h-0">
        <Canvas />
      </div>
      {dock === "closed" ? null : (
        <div className="h-[45%] flex-none border-t border-base-300">
          <Code />
        </div>
      )}
      {isTesting ? (
        <div className="relative z-20 h-[60%] flex-none border-t border-base-300">
          <Tests />
        </div>
      ) : null}
      <Problems />
      <nav aria-label="Panels" className="flex-none grid grid-cols-2 gap-2 p-2 border-t border-base-300 bg-base-100">
        <button type="button" className="btn btn-line !h-11" disabled={!canDesign} onClick={() => useDesigner.setState({ sheet: "palette" })}>
          Add a state
        </button>
        <button type="button" className="btn btn-line !h-11" onClick={() => useDesigner.setState({ sheet: "inspector" })}>
          Configure
        </button>
      </nav>
    </div>
    {sheet === undefined ? null : (
      <Sheet label={sheet === "palette" ? "Palette" : "Inspector"}>{sheet === "palette" ? <Palette onClose={closeSheet} /> : <Inspector onClose={closeSheet} />}</Sheet>
    )}
    </>
  );
}

/** A panel that comes up from below; Escape or a tap beside it puts it away. */
function Sheet({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!ref.current?.contains(document.activeElement)) ref.current?.focus();
  }, []);
  return (
    <>
      <div className="fixed inset-0 z-30 bg-scrim" onClick={closeSheet} aria-hidden />
      <div
        ref={ref}
        role="dialog"
        aria-modal
        aria-label={label}
        tabIndex={-1}
        className="fixed inset-x-0 bottom-0 z-40 h-[72dvh] rounded-t-xl overflow-hidden bg-base-100 shadow-float"
        onKeyDown={(event) => {
          if (event.key === "Escape" && !event.defaultPrevented) closeSheet();
        }}
      >
        {children}
      </div>
    </>
  );
}
