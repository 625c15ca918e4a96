/** A state's input and output in one visit, how long it took and what went wrong. */
import type { GraphNode } from "../graph";
import { duration, runningDuration } from "../shell/durations";
import { visitDuration } from "./decorate";
import { amountWords, costOfState, pricesWords } from "./cost";
import { Empty, Fact, NoOutput } from "./DetailFrame";
import { ErrorPane } from "./ErrorPane";
import { clock, day, utc } from "./format";
import { JsonPane } from "./JsonView";
import type { StateSummary, Visit } from "./status";
import type { ViewerStore } from "./store";

export function StateData({ store, node, summary, visit, now, isCallback, definition }: { store: ViewerStore; node: GraphNode; summary: StateSummary | undefined; visit: Visit | null; now: number; isCallback: boolean; definition: unknown }) {
  if (!visit || !summary)
    return (
      <div className="grid flex-1 place-items-center text-center">
        <div>
          <p className="text-s font-medium">Not reached</p>
          <p className="mt-1 text-xs text-ink-2">This run hasn’t come to {node.name}.</p>
        </div>
      </div>
    );
  const isOpen = visit.exitedAt === null;
  const failure = visit.error !== null ? { error: visit.error, cause: visit.cause } : failureOf(definition);
  const attempt = visit.attempts.at(-1);
  const limit = isOpen && attempt ? (definition as { TimeoutSeconds?: unknown } | undefined)?.TimeoutSeconds : undefined;
  const timesOut = typeof limit === "number" && attempt ? attempt.scheduledAt + limit * 1000 : null;
  return (
    <>
      <dl className="grid flex-none grid-cols-[repeat(auto-fit,minmax(7rem,1fr))] gap-x-4 gap-y-2">
        <Fact name="Entered" title={utc(visit.enteredAt)}>{clock(visit.enteredAt)}</Fact>
        <Fact name={isOpen ? (visit.status === "waiting" ? "Waiting" : "Running") : "Took"}>
          {isOpen ? runningDuration(visitDuration(visit, now)) : duration(visitDuration(visit, now))}
        </Fact>
        {summary.visits.length > 1 && <Fact name="Visits">{summary.visits.length.toLocaleString("en")}</Fact>}
        {visit.attempts.length > 1 && <Fact name="Attempts">{visit.attempts.length}</Fact>}
        {visit.iterations.total > 0 && (
          <Fact name="Items done">
            {visit.iterations.succeeded} of {visit.iterations.total}
          </Fact>
        )}
        {timesOut !== null && (
          <Fact name="Times out" title={utc(timesOut)}>
            {day(timesOut, now)} {clock(timesOut)}
          </Fact>
        )}
        <CostFact store={store} visit={visit} />
        {isCallback && attempt && <Fact name="Task token">kept encrypted</Fact>}
      </dl>
      {failure && <ErrorPane {...failure} />}
      <div className="flex min-h-0 flex-1 gap-3 max-lg:flex-col">
        <JsonPane title="Input" text={visit.input} empty={<Empty title="No input recorded" text="The history came without execution data." />} />
        <JsonPane title="Output" text={visit.output} empty={<NoOutput status={visit.status} />} />
      </div>
    </>
  );
}

/** A Fail state inside a container: the history says only that it failed, the definition with what, unless it is worked out. */
function failureOf(definition: unknown): { error: string; cause: string | null } | null {
  const { Type, Error: error, Cause: cause } = (definition ?? {}) as Record<string, unknown>;
  const isWritten = (text: unknown): text is string => typeof text === "string" && !text.startsWith("{%");
  return Type === "Fail" && isWritten(error) ? { error, cause: isWritten(cause) ? cause : null } : null;
}

/** Of this visit, estimated. */
function CostFact({ store, visit }: { store: ViewerStore; visit: Visit }) {
  const prices = store((state) => state.boot.prices ?? null);
  const isExpress = store((state) => Boolean(state.execution.express));
  if (prices === null) return null;
  const cost = costOfState([visit], prices, isExpress);
  if (isExpress && cost.tokensIn + cost.tokensOut === 0) return null;
  const unknown = cost.unpriced.length > 0 ? `. Price unknown: ${cost.unpriced.join(", ")}` : "";
  return (
    <Fact name="Cost, about" title={`${pricesWords(prices)}${unknown}`}>
      {amountWords(cost)}
    </Fact>
  );
}
