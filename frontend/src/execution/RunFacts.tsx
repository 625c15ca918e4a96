/** How long the run took, when and by whom it was started, what it cost. */
import { useMemo } from "react";
import { duration, runningDuration } from "../shell/durations";
import { amountWords, costOfRun, pricesWords } from "./cost";
import { clock, day, utc } from "./format";
import type { Run } from "./status";
import type { ViewerStore } from "./store";
import { isOver, type Execution } from "./types";

interface FactsProps {
  store: ViewerStore;
  run: Run;
  /** Milliseconds since the run began. */
  took: number;
  now: number;
}

export function RunFacts({ store, run, took, now }: FactsProps) {
  const execution = store((state) => state.execution);
  const replay = store((state) => state.replay);
  const isStill = isOver(execution.status) || replay !== null;
  const started = Date.parse(execution.started_at);
  return (
    <dl className="num flex items-center gap-6 text-s max-md:gap-4">
      <Fact name="Duration">
        <span className="font-semibold">{isStill ? duration(took) : runningDuration(took)}</span>
      </Fact>
      <Fact name="Started">
        <time dateTime={execution.started_at} title={utc(started)}>
          {day(started, now)} {clock(started)}
        </time>
      </Fact>
      {execution.started_by && (
        <Fact name="By" className="max-md:hidden">
          {execution.started_by}
        </Fact>
      )}
      {execution.revision !== null && (
        <Fact name="Revision" className="max-md:hidden">
          r{execution.revision}
        </Fact>
      )}
      {run.redrivenAt.length > 0 && (
        <Fact name="Redriven" className="max-md:hidden">
          {run.redrivenAt.length === 1 ? "once" : `${run.redrivenAt.length} times`}
        </Fact>
      )}
      <Billed execution={execution} />
      <CostFacts store={store} run={run} />
    </dl>
  );
}

/** Step Functions bills an EXPRESS execution by its time and memory; it says how much of what was started from here. */
function Billed({ execution: { express } }: { execution: Execution }) {
  if (!express || express.billed_milliseconds === null || express.billed_megabytes === null) return null;
  return (
    <Fact name="Billed" className="max-lg:hidden">
      {(express.billed_milliseconds / 1000).toFixed(1)} s, {express.billed_megabytes} MB
    </Fact>
  );
}

function CostFacts({ store, run }: { store: ViewerStore; run: Run }) {
  const prices = store((state) => state.boot.prices ?? null);
  const express = store((state) => state.execution.express ?? null);
  const cost = useMemo(() => (prices === null ? null : costOfRun(run, prices, express)), [run, prices, express]);
  if (prices === null || cost === null) return null;
  const show = (): void => {
    store.getState().selectState("");
    store.getState().setDetailTab("cost");
    store.getState().setPane("state");
  };
  const transitions = express === null ? `${cost.transitions.toLocaleString("en")} state transitions. ` : "";
  return (
    <>
      <Fact name="Cost, about" className="max-sm:hidden">
        <button type="button" className="link" data-cost title={`${pricesWords(prices)}. ${transitions}Show it by state.`} onClick={show}>
          {amountWords(cost)}
        </button>
      </Fact>
      {cost.tokensIn + cost.tokensOut > 0 && (
        <Fact name="Tokens" className="max-lg:hidden">
          {cost.tokensIn.toLocaleString("en")} in, {cost.tokensOut.toLocaleString("en")} out
        </Fact>
      )}
    </>
  );
}

function Fact({ name, className, children }: { name: string; className?: string; children: React.ReactNode }) {
  return (
    <div className={className}>
      <dt className="text-2xs text-ink-3">{name}</dt>
      <dd className="whitespace-nowrap">{children}</dd>
    </div>
  );
}
