/** What the chosen state was given, and what the states before it gave. */
import { ArrowUpRight } from "lucide-react";
import { TONE, WORD, statusOf } from "../../execution/decorate";
import { size } from "../../execution/format";
import type { Run, Visit } from "../../execution/status";
import { StatusGlyph, type Graph } from "../../graph";
import { JsonTree } from "./JsonTree";

interface DataProps {
  graph: Graph;
  run: Run;
  chosen: string | null;
  /** The event that belongs to the visit that is meant; null for the one that matters most. */
  event: number | null;
  executionUrl: string;
  onChoose: (nodeId: string) => void;
}

/** Of a Map with many items the page of the execution is the place. */
const MOST = 30;

export function DataSoFar({ graph, run, chosen, event, executionUrl, onChoose }: DataProps) {
  const node = chosen === null ? undefined : graph.nodes.get(chosen);
  if (node === undefined) return <p className="text-s text-ink-2">The history of this run isn’t here yet.</p>;
  const summary = run.states.get(node.id);
  const visit = summary?.visits.find(({ attempts }) => event !== null && attempts.some(({ scheduledId }) => scheduledId === event)) ?? summary?.latest ?? null;
  const status = visit?.status ?? statusOf(run, node.id);
  const earlier = given(run, visit);
  return (
    <>
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h3 className="text-s font-medium break-words">{node.name}</h3>
          <p className="flex items-center gap-1.5 text-xs text-ink-2">
            <StatusGlyph tone={TONE[status]} size={12} />
            {WORD[status]}
          </p>
        </div>
        <a className="btn btn-line btn-sm flex-none" href={`${executionUrl}?state=${encodeURIComponent(node.name)}`}>
          <ArrowUpRight aria-hidden size={14} />
          <span aria-hidden>Execution</span>
          <span className="sr-only">{node.name} in the execution</span>
        </a>
      </header>
      <Value title="Input" text={visit?.input ?? null} missing={visit === null ? "The run hasn’t come to this state." : "The history holds no input of it."} />
      {visit !== null && visit.output !== null && <Value title="Output" text={visit.output} missing="" />}
      {earlier.length > 0 && (
        <section className="mt-4">
          <h4 className="text-xs font-medium text-ink-2">What earlier states gave</h4>
          <ul className="mt-1 divide-y divide-base-300 border-y border-base-300">
            {earlier.slice(-MOST).map((one) => (
              <li key={one.enteredId}>
                <Given graph={graph} visit={one} onChoose={onChoose} />
              </li>
            ))}
          </ul>
          {earlier.length > MOST && <p className="mt-1 text-2xs text-ink-3">The last {MOST} of {earlier.length.toLocaleString()}: the execution’s page has the others.</p>}
        </section>
      )}
    </>
  );
}

function Value({ title, text, missing }: { title: string; text: string | null; missing: string }) {
  return (
    <section className="mt-3" aria-label={title}>
      <h4 className="flex items-baseline gap-2 text-xs font-medium text-ink-2">
        {title}
        {text !== null && <span className="num text-2xs font-normal text-ink-3">{size(text)}</span>}
      </h4>
      {text === null ? <p className="text-xs text-ink-3">{missing}</p> : <JsonTree text={text} />}
    </section>
  );
}

function Given({ graph, visit, onChoose }: { graph: Graph; visit: Visit; onChoose: (nodeId: string) => void }) {
  const name = graph.nodes.get(visit.nodeId)?.name ?? visit.nodeId;
  return (
    <details className="group/given">
      <summary className="flex min-h-8 cursor-pointer items-center gap-2 text-xs">
        <StatusGlyph tone={TONE[visit.status]} size={12} />
        <span className="min-w-0 flex-1 truncate">{name}</span>
        <span className="num text-2xs text-ink-3">{size(visit.output ?? "")}</span>
      </summary>
      <div className="pb-2">
        <JsonTree text={visit.output ?? ""} />
        <button type="button" className="btn btn-ghost btn-xs mt-1" onClick={() => onChoose(visit.nodeId)}>
          Show it in the graph
        </button>
      </div>
    </details>
  );
}

/** Visits that were left before this one was entered with something else than they came with, in their order. */
function given(run: Run, visit: Visit | null): readonly Visit[] {
  if (visit === null) return [];
  return run.visits.filter((one) => one.exitedId !== null && one.exitedId < visit.enteredId && one.output !== null && one.output !== one.input).toSorted((a, b) => (a.exitedId ?? 0) - (b.exitedId ?? 0));
}
