/** The definition as text beside the canvas: where the cursor is, what can be done with the text, and the text, as JSON or YAML. */

import { openSearchPanel } from "@codemirror/search";
import type { EditorView } from "@codemirror/view";
import { AlignLeft, ArrowRightLeft, PanelBottom, PanelRight, Search, X } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { action, run } from "../actions";
import { useDesigner } from "../state/store";
import { Breadcrumbs } from "./Breadcrumbs";
import { JsonEditor } from "./JsonEditor";

const convert = action("convert");

const YamlEditor = lazy(() => import("./yaml/YamlEditor"));

export default function CodePane() {
  const [view, setView] = useState<EditorView | null>(null);
  const [position, setPosition] = useState(0);
  const form = useDesigner((state) => state.codeForm);
  const syntax = useDesigner((state) => state.problems);
  const dock = useDesigner((state) => state.codeDock);
  const canDesign = useDesigner((state) => state.boot.permissions.design);
  const convertible = useDesigner(convert.enabled);
  return (
    <section aria-label="Definition" data-code className="h-full min-h-0 min-w-0 bg-base-100 flex flex-col">
      <div className="flex items-center gap-2 h-9 pl-4 pr-2 border-b border-base-300 flex-none">
        <h2 className="text-s font-medium">Definition</h2>
        <FormSwitch />
        {syntax.length > 0 ? <BrokenChip /> : null}
        {form === "json" ? <Breadcrumbs position={position} /> : <span className="flex-1" />}
        <span className="ml-auto flex flex-none">
          {convertible ? (
            <PaneButton label="Convert JSONPath to JSONata" onClick={() => run(convert)}>
              <ArrowRightLeft size={16} aria-hidden />
            </PaneButton>
          ) : null}
          {form === "json" && canDesign ? (
            <PaneButton label="Format the definition" onClick={() => run(action("format"))}>
              <AlignLeft size={16} aria-hidden />
            </PaneButton>
          ) : null}
          <PaneButton label="Find in the definition" onClick={() => view !== null && openSearchPanel(view)}>
            <Search size={16} aria-hidden />
          </PaneButton>
          {dock === "bottom" ? (
            <PaneButton label="Dock at the right" onClick={() => run(action("code-right"))}>
              <PanelRight size={16} aria-hidden />
            </PaneButton>
          ) : (
            <PaneButton label="Dock at the bottom" onClick={() => run(action("code-bottom"))}>
              <PanelBottom size={16} aria-hidden />
            </PaneButton>
          )}
          <PaneButton label="Hide the definition" onClick={() => run(action("code"))}>
            <X size={16} aria-hidden />
          </PaneButton>
        </span>
      </div>
      {form === "json" ? (
        <JsonEditor onView={setView} onCursor={setPosition} />
      ) : (
        <Suspense fallback={<p className="p-4 text-xs text-ink-2">Opening the definition as YAML</p>}>
          <YamlEditor onView={setView} />
        </Suspense>
      )}
    </section>
  );
}

const FORMS = [
  ["json", "JSON"],
  ["yaml", "YAML"],
] as const;

function BrokenChip() {
  const words = "Doesn't parse; the canvas shows the last text that did";
  return (
    <span className="chip chip-fail min-w-0" title={words}>
      <span className="truncate">{words}</span>
    </span>
  );
}

/** While the text is broken it stays as it was typed: the other form would show what it said before. */
function FormSwitch() {
  const isBroken = useDesigner((state) => state.problems.length > 0);
  const form = useDesigner((state) => state.codeForm);
  return (
    <div role="group" aria-label="Form of the definition" className="flex flex-none rounded-field border border-base-300 overflow-hidden">
      {FORMS.map(([id, label]) => (
        <button
          key={id}
          type="button"
          aria-pressed={form === id}
          disabled={isBroken && form !== id}
          title={isBroken && form !== id ? "Correct the text first, or undo" : undefined}
          className={`px-2 h-6 text-xs focus-visible:-outline-offset-2 ${form === id ? "bg-secondary font-medium" : "text-ink-2 hover:bg-hover disabled:opacity-50"}`}
          onClick={() => useDesigner.setState({ codeForm: id })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function PaneButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="btn btn-ghost btn-square btn-sm" aria-label={label} title={label} onClick={onClick}>
      {children}
    </button>
  );
}
