/** What the run cost, state by state. */
import { useMemo } from "react";
import type { Graph } from "../graph";
import { amountWords, costOfRun, costOfState, dollars, pricesWords, type Cost } from "./cost";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

export function CostTable({ store, graph, run }: { store: ViewerStore; graph: Graph; run: Run }) {
  const prices = store((state) => state.boot.prices ?? null);
  const execution = store((state) => state.execution);
  const express = execution.express ?? null;
  const rows = useMemo(() => {
    if (prices === null) return [];
    const all = [...run.states.values()].map(({ nodeId, visits }) => ({ nodeId, cost: costOfState(visits, prices, express !== null) }));
    return all.toSorted((a, b) => b.cost.engine + b.cost.tokens - a.cost.engine - a.cost.tokens);
  }, [run, prices, express]);
  if (prices === null) return <p className="text-s text-ink-2">The table of prices can’t be read (CALLBOARD_PRICES), so nothing is reckoned.</p>;
  const total = costOfRun(run, prices, express);
  return (
    <>
      <div className="relative flex-none overflow-x-auto rounded-lg border border-base-300" role="region" tabIndex={0} aria-label="Cost by state">
        <table className="tb">
          <thead>
            <tr>
              <th>State</th>
              {express === null && <th className="text-right!">Transitions</th>}
              <th className="text-right!">Tokens in</th>
              <th className="text-right!">Tokens out</th>
              <th className="text-right!">Cost, about</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ nodeId, cost }) => (
              <tr key={nodeId}>
                <th scope="row" className="h-8! text-left! font-medium">
                  <button type="button" className="link" onClick={() => store.getState().selectState(nodeId)}>
                    {graph.nodes.get(nodeId)?.name ?? nodeId}
                  </button>
                </th>
                <Figures cost={cost} isExpress={express !== null} />
              </tr>
            ))}
            <tr data-total>
              <th scope="row" className="h-8! text-left! font-semibold">
                {express === null ? "The run, with its start" : "The run"}
              </th>
              <Figures cost={total} isExpress={express !== null} />
            </tr>
          </tbody>
        </table>
      </div>
      <Footnotes total={total} words={pricesWords(prices)} source={prices.source} isEmbedded={execution.environment.kind === "embedded"} isBilled={express === null || express.billed_milliseconds !== null} />
    </>
  );
}

function Figures({ cost, isExpress }: { cost: Cost; isExpress: boolean }) {
  const hasTokens = cost.tokensIn + cost.tokensOut > 0;
  return (
    <>
      {!isExpress && <td className="num h-8! text-right">{cost.transitions.toLocaleString("en")}</td>}
      <td className="num h-8! text-right">{hasTokens && cost.tokensIn.toLocaleString("en")}</td>
      <td className="num h-8! text-right">{hasTokens && cost.tokensOut.toLocaleString("en")}</td>
      <td className="num h-8! text-right" title={hasTokens ? `Step Functions ${dollars(cost.engine)}, tokens ${dollars(cost.tokens)}` : undefined}>
        {amountWords(cost)}
      </td>
    </>
  );
}

function Footnotes({ total, words, source, isEmbedded, isBilled }: { total: Cost; words: string; source: string; isEmbedded: boolean; isBilled: boolean }) {
  return (
    <p className="text-xs text-ink-2">
      {words} ({source}). {total.unpriced.length > 0 && `Price unknown: ${total.unpriced.join(", ")}. `}
      {!isBilled && "Step Functions says what an EXPRESS execution was billed only of those that were started from here, so only the tokens are reckoned. "}
      What the called services cost isn’t in it, nor the free tier.
      {isEmbedded && " The embedded endpoint bills nothing: this is what AWS would."}
    </p>
  );
}
