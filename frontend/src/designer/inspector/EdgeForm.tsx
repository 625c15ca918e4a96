/** A connection: what leads along it and where each of that goes. The keyboard's way to reconnect. */

import { reconnect } from "../../asl/remove";
import { type EdgeField, type GraphEdge } from "../../graph";
import { SelectInput } from "../parts/controls";
import { action, run } from "../actions";
import { graphOf } from "../state/derive";
import { useDocument } from "../state/later";
import { edit } from "../state/store";
import { join, useCanEdit } from "./binding";

const KINDS: Record<EdgeField["kind"], string> = { next: "Next", choice: "Rule", default: "Otherwise", catch: "On error" };
const END = "\u0000end";

interface Lead {
  pointer: string;
  words: string;
  canEnd: boolean;
}

function leadsOf(edge: GraphEdge): Lead[] {
  if (edge.kind === "start") return [{ pointer: join(edge.scope, "StartAt"), words: "Start at", canEnd: false }];
  if (edge.kind === "end") return [{ pointer: join(edge.source, "End"), words: "Next", canEnd: true }];
  return edge.fields.map(({ kind, pointer, label }) => ({ pointer, words: label === "" ? KINDS[kind] : `${KINDS[kind]}: ${label}`, canEnd: kind === "next" }));
}

export function EdgeForm({ edge }: { edge: GraphEdge }) {
  const good = useDocument();
  const disabled = !useCanEdit();
  const { nodes, scopes } = graphOf(good);
  const targets = scopes.get(edge.scope)?.nodes ?? [];
  const source = nodes.get(edge.source);
  const target = edge.kind === "end" ? END : edge.target;
  const ends = source?.type === "Succeed" || source?.type === "Fail";
  if (ends) return <p className="text-s text-ink-2">{source.name} ends the path here.</p>;
  return (
    <>
      <p className="text-s">
        From <b className="font-medium">{source?.name ?? "Start"}</b>
      </p>
      {leadsOf(edge).map(({ pointer, words, canEnd }) => (
        <SelectInput
          key={pointer}
          label={words}
          value={target}
          disabled={disabled}
          options={[...targets.map((id) => ({ value: id, label: nodes.get(id)?.name ?? id })), ...(canEnd ? [{ value: END, label: "End" }] : [])]}
          onChange={(next) => edit((document) => reconnect(document, [pointer], next === END ? undefined : next))}
        />
      ))}
      <div className="flex gap-2">
        <button type="button" className="btn btn-line" disabled={disabled} onClick={() => run(action("add"))}>
          Add a state here
        </button>
        {edge.fields.length === 0 ? null : (
          <button type="button" className="btn btn-line" disabled={disabled} onClick={() => run(action("delete"))}>
            Delete the connection
          </button>
        )}
      </div>
    </>
  );
}
