/** The data's way through one visit of a state, from its input to its output: what was recorded, and what is computed from that. */
import type { JsonValue } from "../asl/document";
import { valueOf } from "../dataflow/found";
import { summary } from "../dataflow/marks";
import { PreviewError, PreviewValue } from "../dataflow/PreviewValue";
import { DataPath, Station } from "../dataflow/Station";
import { useFlow, type FlowStop } from "./flow";
import type { Visit } from "./status";
import type { ViewerStore } from "./store";

/** Characters of a value that is open from the start. */
const SMALL = 600;

export function StateFlow({ store, visit }: { store: ViewerStore; visit: Visit }) {
  const { flow, refusal } = useFlow(store, visit);
  if (refusal !== null)
    return (
      <p role="alert" className="text-s text-fail-ink">
        {refusal}
      </p>
    );
  if (flow === null) return <p className="text-s text-ink-2">Reading the history…</p>;
  return (
    <>
      {flow.notes.map((note) => (
        <p key={note} className="flex-none rounded-lg border border-base-300 bg-base-100 px-3 py-1.5 text-s text-ink-2">
          {note}
        </p>
      ))}
      <DataPath label="The way of the data">
        {flow.stops.map((stop, place) => (
          <Stop key={`${String(visit.enteredId)} ${stop.title}`} stop={stop} before={before(flow.stops, place)} next={stop.kind === "output" ? flow.next : null} />
        ))}
      </DataPath>
    </>
  );
}

const SOURCE = { recorded: "as recorded", computed: "computed from that" } as const;

function Stop({ stop, before, next }: { stop: FlowStop; before: JsonValue | undefined; next: string | null }) {
  const { title, kind, source, written, aside, value, error, cause, missing } = stop;
  const found = value === null ? undefined : { shown: value, value: valueOf(value) };
  const tone = cause !== null || kind === "error" ? "failed" : value === null ? "unchanged" : kind === "field" || kind === "variables" ? "plain" : "ends";
  return (
    <Station title={next === null ? title : `${title}, to ${next}`} aside={aside} tone={tone} hint={value === null ? "" : SOURCE[source]}>
      {written !== null && (
        <p className="code text-2xs! whitespace-pre-wrap! text-ink-2 [overflow-wrap:anywhere]" title={written}>
          {summary(written, 400)}
        </p>
      )}
      {found !== undefined && <PreviewValue found={found} before={before} label={title} open={found.shown.size <= SMALL} />}
      {cause !== null && <PreviewError found={{ error: error ?? undefined, cause }} />}
      {missing !== "" && <p className="text-xs text-ink-2">{missing}</p>}
    </Station>
  );
}

const FROM_INPUT = /ResultPath$|^State output$/;

/** What the stop began with, to mark what it changes: the one before it on the way, or the input that a result is put into. */
function before(stops: readonly FlowStop[], place: number): JsonValue | undefined {
  const stop = stops[place];
  if (stop === undefined || stop.aside || (stop.kind !== "field" && stop.kind !== "output")) return undefined;
  const from = FROM_INPUT.test(stop.title) ? stops.find(({ kind }) => kind === "input") : stops.slice(0, place).findLast(({ aside, value }) => !aside && value !== null);
  return from?.value ? valueOf(from.value) : undefined;
}
