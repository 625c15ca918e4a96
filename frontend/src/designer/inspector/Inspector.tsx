/** What is selected, as forms: a state, a connection, or the workflow itself. */

import { X } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, type ReactNode } from "react";

import type { State } from "../../asl/machine";
import type { GraphEdge } from "../../graph";
import { action, run } from "../actions";
import { selectedEdge, selectedState, selectedStates } from "../state/derive";
import { useLater } from "../state/later";
import { EdgeForm } from "./EdgeForm";
import { MachineForm } from "./MachineForm";

/** The forms of states come after the canvas: nothing is selected when the page opens. */
const forms = () => import("./StateInspector");
const StateInspector = lazy(forms);
const SOON = 2000;

interface InspectorProps {
  onClose?: (() => void) | undefined;
  /** The handle on its edge. */
  resizer?: ReactNode;
}

export function Inspector({ onClose, resizer }: InspectorProps) {
  const { good, selection } = useLater((state) => ({ good: state.good, selection: state.selection }));
  const selected = useMemo(() => selectedState({ good, selection }), [good, selection]);
  const edge = useMemo(() => selectedEdge({ good, selection }), [good, selection]);
  const several = selectedStates({ good, selection });
  useEffect(() => {
    const timer = setTimeout(() => void forms(), SOON);
    return () => clearTimeout(timer);
  }, []);
  return (
    <aside aria-label="Inspector" className="h-full w-full bg-base-100 flex flex-col min-h-0 relative">
      {resizer}
      {onClose === undefined ? null : (
        <button type="button" className="btn btn-ghost btn-square absolute right-2 top-2 z-10" aria-label="Close the inspector" onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      )}
      {selected !== undefined ? (
        <Suspense fallback={<Heading title={selected.name} line="Opening its form" />}>
          <StateInspector key={selected.scope.pointer} state={selected} inSheet={onClose !== undefined} />
        </Suspense>
      ) : edge !== undefined ? (
        <EdgeInspector edge={edge} />
      ) : several.length > 1 ? (
        <SeveralInspector states={several} />
      ) : (
        <MachineForm />
      )}
    </aside>
  );
}

function EdgeInspector({ edge }: { edge: GraphEdge }) {
  return (
    <>
      <Heading title="Connection" line={edge.hint === "" ? "" : edge.hint} />
      <div className="flex-1 overflow-y-auto px-5 py-3.5 flex flex-col gap-3.5">
        <EdgeForm edge={edge} />
      </div>
    </>
  );
}

function SeveralInspector({ states }: { states: State[] }) {
  return (
    <>
      <Heading title={`${String(states.length)} states`} line={states.map(({ name }) => name).join(", ")} />
      <div className="px-5 py-3.5">
        <button type="button" className="btn btn-line" onClick={() => run(action("delete"))}>
          Delete them
        </button>
      </div>
    </>
  );
}

function Heading({ title, line }: { title: string; line: string }) {
  return (
    <div className="px-5 pt-4 pb-2 border-b border-base-300">
      <h2 className="text-lg font-semibold leading-5">{title}</h2>
      <p className="text-xs text-ink-2 mt-0.5 line-clamp-2">{line}</p>
    </div>
  );
}
