/** The right pane where a state is chosen: one of its visits, in tabs. */
import { useMemo, type ReactNode } from "react";
import { callsModel, CategoryIcon, StandIn, StatusGlyph, type GraphNode } from "../graph";
import { Attempts } from "./Attempts";
import { Conversation } from "./Conversation";
import { TONE, WORD } from "./decorate";
import type { DetailProps } from "./Detail";
import { Frame, INK, TILE } from "./DetailFrame";
import { EventList } from "./EventList";
import { JsonPane } from "./JsonView";
import { LeadsTo } from "./LeadsTo";
import { PartPicker } from "./PartPicker";
import { StateAction } from "./StateAction";
import { StateData } from "./StateData";
import { StateFlow } from "./StateFlow";
import { tabsOf, useStateView, type StateView } from "./stateView";
import type { StateStatus, StateSummary, Visit } from "./status";
import type { DetailTab, ViewerStore } from "./store";
import { Tabs } from "./Tabs";
import { VisitPicker } from "./VisitPicker";
import { consequenceOf, rootFailure } from "./visits";

type StateProps = Omit<DetailProps, "nodeId"> & { node: GraphNode };

export function StateDetail(props: StateProps) {
  const { store, graph, run, now, node } = props;
  const view = useStateView(store, graph, run, node);
  const { visit, summary, status, parts } = view;
  const isEmbedded = store((state) => state.execution.environment.kind === "embedded");
  const tab = store((state) => state.detailTab);
  const tabs = tabsOf(view);
  const shown = tabs.some(({ key }) => key === tab) ? tab : "data";
  return (
    <Frame
      tile={<span className={`grid size-9 flex-none place-items-center rounded-lg ${TILE[status]}`}>{status === "idle" ? <CategoryIcon icon={node.icon} size={18} /> : <StatusGlyph tone={TONE[status]} size={18} className="text-current" />}</span>}
      title={node.name}
      line={
        <>
          <span className={INK[status]}>{lineOf(status, summary, visit, node)}</span>
          {isEmbedded && callsModel(node, view.definition) && <StandIn />}
        </>
      }
      action={<StateAction store={store} node={node} view={view} />}
      tabs={<Tabs label="About this state" tabs={tabs} chosen={shown} onChoose={(key) => store.getState().setDetailTab(key)} className="px-5 max-md:px-3" />}
    >
      <Reason {...props} visit={visit} />
      {visit && summary && summary.visits.length > 1 && shown !== "definition" && shown !== "events" && (
        <VisitPicker visits={summary.visits} chosen={visit} now={now} onChoose={(id) => store.getState().selectVisit(id)} />
      )}
      {parts.length > 0 && shown === "data" && <PartPicker parts={parts} graph={graph} isMap={node.type === "Map"} now={now} onChoose={(part) => showVisit(store, part.visit)} />}
      <Shown {...props} view={view} tab={shown} />
    </Frame>
  );
}

function Shown({ store, graph, run, now, node, view, tab }: StateProps & { view: StateView; tab: DetailTab }): ReactNode {
  const { visit, leads, call } = view;
  switch (tab) {
    case "leads":
      return leads && <LeadsTo store={store} leads={leads} />;
    case "data":
      return <StateData store={store} node={node} summary={view.summary} visit={visit} now={now} isCallback={node.callback} definition={view.definition} />;
    case "flow":
      return visit && <StateFlow store={store} visit={visit} />;
    case "conversation":
      return call && <Conversation call={call} />;
    case "attempts":
      return visit && <Attempts visit={visit} now={now} />;
    case "definition":
      return <JsonPane title="Definition" text={JSON.stringify(view.definition ?? null)} note={node.type} empty={null} />;
    case "cost": // the execution's own
      return null;
    case "events":
      return <EventList store={store} graph={graph} run={run} events={view.events} />;
  }
}

function showVisit(store: ViewerStore, visit: Visit): void {
  store.getState().selectState(visit.nodeId);
  store.getState().selectVisit(visit.enteredId);
}

const REASON = {
  root: "The run’s failure began here.",
  around: "It failed because of what failed inside it:",
  beside: "It was aborted because another state failed:",
} as const;

/** Where the failure began is marked apart from what followed from it. */
function Reason({ store, graph, run, visit }: StateProps & { visit: Visit | null }) {
  const root = useMemo(() => rootFailure(run), [run]);
  const reason = visit === null ? null : consequenceOf(visit, root);
  if (reason === null || root === null) return null;
  return (
    <p className={`flex-none rounded-lg border px-3 py-1.5 text-s ${reason === "root" ? "border-fail-line bg-fail-wash text-fail-ink" : "border-base-300 bg-base-100 text-ink-2"}`} data-reason={reason}>
      {REASON[reason]}{" "}
      {reason !== "root" && (
        <button type="button" className="font-medium text-base-content underline" onClick={() => showVisit(store, root)}>
          {graph.nodes.get(root.nodeId)?.name ?? ""}
        </button>
      )}
    </p>
  );
}

function lineOf(status: StateStatus, summary: StateSummary | undefined, visit: Visit | null, node: GraphNode): string {
  const visits = summary?.visits.length ?? 0;
  const times = visits > 1 ? `, visited ${visits} times` : "";
  const error = visit?.error;
  switch (status) {
    case "idle":
      return node.line;
    case "retrying":
      return `Retrying after ${error ?? "an error"}`;
    case "caught":
      return `Caught ${error ?? "an error"} and went on${times}`;
    case "fail":
      return `Failed${error ? `: ${error}` : ""}`;
    default:
      return `${WORD[status]}${times}`;
  }
}
