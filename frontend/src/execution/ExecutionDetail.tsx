/** The right pane where no state is chosen: the execution itself. */
import { useMemo } from "react";
import { StatusGlyph } from "../graph";
import { Chain, chainOf } from "./Chain";
import { executionLinks } from "./consoleLinks";
import { CostTable } from "./CostTable";
import { runStatus, TONE, WORD } from "./decorate";
import type { DetailProps } from "./Detail";
import { Empty, Frame, INK, NoOutput, TILE } from "./DetailFrame";
import { ErrorPane } from "./ErrorPane";
import { JsonPane } from "./JsonView";
import { ConsoleLinks } from "./LeadsTo";
import type { DetailTab } from "./store";
import { Tabs, type Tab } from "./Tabs";

export function ExecutionDetail({ store, graph, run, now }: Omit<DetailProps, "nodeId">) {
  const execution = store((state) => state.execution);
  const tab = store((state) => state.detailTab);
  const status = runStatus(run, execution.status);
  const calls = useMemo(() => chainOf(run).length, [run]);
  const tabs: Tab<DetailTab>[] = [
    { key: "data", title: "Input and output" },
    ...(calls > 0 ? [{ key: "conversation" as const, title: "Conversation", count: calls }] : []),
    { key: "cost", title: "Cost" },
    { key: "definition", title: "Definition" },
  ];
  const shown = tabs.some(({ key }) => key === tab) ? tab : "data";
  const states = run.states.size;
  const hasConsole = store((state) => state.boot.console === true);
  return (
    <Frame
      tile={<span className={`grid size-9 flex-none place-items-center rounded-lg ${TILE[status]}`}><StatusGlyph tone={TONE[status]} size={18} className="text-current" /></span>}
      title={execution.name}
      line={<span className={INK[status]}>{WORD[status]}, {states} of {graph.nodes.size} states reached</span>}
      tabs={<Tabs label="About this execution" tabs={tabs} chosen={shown} onChoose={(key) => store.getState().setDetailTab(key)} className="px-5 max-md:px-3" />}
    >
      {shown === "conversation" ? (
        <Chain store={store} graph={graph} run={run} />
      ) : shown === "cost" ? (
        <CostTable store={store} graph={graph} run={run} />
      ) : shown === "definition" ? (
        <JsonPane title="Definition" text={execution.definition} empty={null} />
      ) : (
        <>
          {hasConsole && <ConsoleLinks links={executionLinks(execution.arn, execution.environment.region, Date.parse(execution.started_at))} />}
          {execution.error && <ErrorPane error={execution.error} cause={execution.cause} />}
          <div className="flex min-h-0 flex-1 gap-3 max-lg:flex-col">
            <JsonPane title="Input" text={execution.input || null} empty={<Empty title="No input recorded" text="The history came without execution data." />} />
            <JsonPane title="Output" text={execution.output || null} empty={now && <NoOutput status={status} />} />
          </div>
        </>
      )}
    </Frame>
  );
}
