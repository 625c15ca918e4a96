/** The right pane: one state, or the execution itself when no state is chosen. */
import { ArrowUpRight, Hand } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { callsModel, CategoryIcon, StandIn, StatusGlyph, type Graph, type GraphNode } from "../graph";
import { Attempts } from "./Attempts";
import { executionLinks } from "./consoleLinks";
import { runStatus, statusOf, TONE, visitDuration, WORD } from "./decorate";
import { definitionOf } from "./definitionOf";
import { EventList } from "./EventList";
import { duration, runningDuration } from "../shell/durations";
import { clock, day, utc } from "./format";
import { JsonPane } from "./JsonView";
import { modelCall } from "./modelCall";
import { ConsoleLinks, LeadsTo, leadsOf, leadsSomewhere } from "./LeadsTo";
import { nestedStart } from "./nested";
import { PartPicker } from "./PartPicker";
import { partsOf } from "./parts";
import { eventsOf, type Run, type StateStatus, type StateSummary, type Visit } from "./status";
import { Conversation, StateFlow } from "./StateFlow";
import type { DetailTab, ViewerStore } from "./store";
import { Tabs, type Tab } from "./Tabs";
import { VisitPicker } from "./VisitPicker";
import { consequenceOf, rootFailure } from "./visits";

interface DetailProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
  now: number;
  /** "" for the execution. */
  nodeId: string;
}

export function Detail(props: DetailProps) {
  const node = props.graph.nodes.get(props.nodeId);
  return node ? <StateDetail {...props} node={node} /> : <ExecutionDetail {...props} />;
}

/** The tile's classes whole, so that Tailwind finds them. */
const TILE: Readonly<Record<StateStatus, string>> = {
  idle: "bg-secondary text-ink-2",
  running: "bg-run-wash text-run",
  waiting: "bg-wait text-accent-content",
  retrying: "bg-retry-wash text-retry-ink",
  ok: "bg-ok-wash text-ok",
  caught: "bg-retry-wash text-retry-ink",
  fail: "bg-fail-wash text-fail",
  stop: "bg-stop-wash text-stop",
  timeout: "bg-time-wash text-time",
};

const INK: Readonly<Record<StateStatus, string>> = {
  idle: "text-ink-3",
  running: "text-run-ink",
  waiting: "text-wait-ink",
  retrying: "text-retry-ink",
  ok: "text-ok-ink",
  caught: "text-retry-ink",
  fail: "text-fail-ink",
  stop: "text-stop-ink",
  timeout: "text-time-ink",
};

function StateDetail({ store, graph, run, now, node }: DetailProps & { node: GraphNode }) {
  const tab = store((state) => state.detailTab);
  const reviews = store((state) => state.reviews);
  const definition = store((state) => state.execution.definition);
  const isEmbedded = store((state) => state.execution.environment.kind === "embedded");
  const summary = run.states.get(node.id);
  const picked = store((state) => state.selectedVisit);
  const visit = (picked === null ? undefined : summary?.visits.find(({ enteredId }) => enteredId === picked)) ?? summary?.latest ?? null;
  const status = visit?.status ?? statusOf(run, node.id);
  const state = definitionOf(definition, node.id);
  const mapRuns = store((state) => state.boot.urls.map_runs);
  const distributed = (state as { ItemProcessor?: { ProcessorConfig?: { Mode?: unknown } } } | undefined)?.ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";
  const last = visit?.attempts.at(-1);
  const nestedUrl = store((one) => one.boot.urls.nested);
  const hasConsole = store((one) => one.boot.console === true);
  const call = useMemo(() => modelCall(last?.parameters ?? null, last?.result ?? null), [last?.parameters, last?.result]);
  const root = useMemo(() => rootFailure(run), [run]);
  const reason = visit === null ? null : consequenceOf(visit, root);
  const scheduled = new Set(visit?.attempts.map(({ scheduledId }) => scheduledId));
  const review = reviews.find((one) => one.task_scheduled_event_id !== null && scheduled.has(one.task_scheduled_event_id)) ?? (visit === null ? undefined : reviews.find((one) => one.task_scheduled_event_id === null && one.state_name === node.name));
  const history = store((state) => state.events);
  const events = useMemo(() => eventsOf(run, node.id, history), [run, node.id, history]);
  const nested = useMemo(() => nestedStart(events, last), [events, last]);
  const leads = useMemo(() => (visit === null ? null : leadsOf(visit, events, hasConsole)), [visit, events, hasConsole]);
  const hasParts = node.scopes.length > 0 && !distributed;
  const parts = useMemo(() => (hasParts && visit !== null ? partsOf(run, graph, visit) : []), [run, graph, visit, hasParts]);
  const tabs: Tab<DetailTab>[] = [
    { key: "data", title: "Input and output" },
    ...(visit === null ? [] : [{ key: "flow" as const, title: "Data flow" }]),
    ...(leads === null || !leadsSomewhere(leads) ? [] : [{ key: "leads" as const, title: "Leads to" }]),
    ...(call === null ? [] : [{ key: "conversation" as const, title: "Conversation" }]),
    ...((visit?.attempts.length ?? 1) > 1 || visit?.error ? [{ key: "attempts" as const, title: "Attempts", ...(visit !== null && visit.attempts.length > 0 ? { count: visit.attempts.length } : {}) }] : []),
    { key: "definition", title: "Definition" },
    { key: "events", title: "Events", count: events.length },
  ];
  const shown = tabs.some(({ key }) => key === tab) ? tab : "data";
  return (
    <Frame
      tile={<span className={`grid size-9 flex-none place-items-center rounded-lg ${TILE[status]}`}>{status === "idle" ? <CategoryIcon icon={node.icon} size={18} /> : <StatusGlyph tone={TONE[status]} size={18} className="text-current" />}</span>}
      title={node.name}
      line={
        <>
          <span className={INK[status]}>{lineOf(status, summary, visit, node)}</span>
          {isEmbedded && callsModel(node, definitionOf(definition, node.id)) && <StandIn />}
        </>
      }
      action={
        distributed && visit ? (
          <a href={`${mapRuns}?state=${encodeURIComponent(node.name)}`} className="btn btn-line" data-map-run>
            <ArrowUpRight aria-hidden size={15} />
            Map Run
          </a>
        ) : nested !== null ? (
          <a href={nestedUrl.replace(/0\/$/, `${nested}/`)} className="btn btn-line" data-nested>
            <ArrowUpRight aria-hidden size={15} />
            Its execution
          </a>
        ) : review && (
          <a href={review.url} className={`btn ${status === "waiting" ? "btn-primary" : "btn-line"}`} data-review={review.id}>
            {status === "waiting" ? <Hand aria-hidden size={15} /> : <ArrowUpRight aria-hidden size={15} />}
            {status === "waiting" ? "Open review task" : "See the decision"}
          </a>
        )
      }
      tabs={<Tabs label="About this state" tabs={tabs} chosen={shown} onChoose={(key) => store.getState().setDetailTab(key)} className="px-5 max-md:px-3" />}
    >
      {visit && reason !== null && root && <Reason reason={reason} name={graph.nodes.get(root.nodeId)?.name ?? ""} onShow={() => showVisit(store, root)} />}
      {visit && summary && summary.visits.length > 1 && shown !== "definition" && shown !== "events" && (
        <VisitPicker visits={summary.visits} chosen={visit} now={now} onChoose={(id) => store.getState().selectVisit(id)} />
      )}
      {parts.length > 0 && shown === "data" && <PartPicker parts={parts} graph={graph} isMap={node.type === "Map"} now={now} onChoose={(part) => showVisit(store, part.visit)} />}
      {shown === "leads" && leads && <LeadsTo store={store} leads={leads} />}
      {shown === "data" && <StateData node={node} summary={summary} visit={visit} now={now} isCallback={node.callback} definition={state} />}
      {shown === "flow" && visit && <StateFlow visit={visit} definition={state} />}
      {shown === "conversation" && call && <Conversation call={call} />}
      {shown === "attempts" && visit && <Attempts visit={visit} now={now} />}
      {shown === "definition" && <JsonPane title="Definition" text={JSON.stringify(definitionOf(definition, node.id) ?? null)} note={node.type} empty={null} />}
      {shown === "events" && <EventList store={store} graph={graph} run={run} events={events} />}
    </Frame>
  );
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
function Reason({ reason, name, onShow }: { reason: keyof typeof REASON; name: string; onShow: () => void }) {
  return (
    <p className={`flex-none rounded-lg border px-3 py-1.5 text-s ${reason === "root" ? "border-fail-line bg-fail-wash text-fail-ink" : "border-base-300 bg-base-100 text-ink-2"}`} data-reason={reason}>
      {REASON[reason]}{" "}
      {reason !== "root" && (
        <button type="button" className="font-medium text-base-content underline" onClick={onShow}>
          {name}
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

function StateData({ node, summary, visit, now, isCallback, definition }: { node: GraphNode; summary: StateSummary | undefined; visit: Visit | null; now: number; isCallback: boolean; definition: unknown }) {
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
        {isCallback && attempt && <Fact name="Task token">kept encrypted</Fact>}
      </dl>
      {visit.error !== null && <ErrorPane error={visit.error} cause={visit.cause} />}
      <div className="flex min-h-0 flex-1 gap-3 max-lg:flex-col">
        <JsonPane title="Input" text={visit.input} empty={<Empty title="No input recorded" text="The history came without execution data." />} />
        <JsonPane title="Output" text={visit.output} empty={<NoOutput status={visit.status} />} />
      </div>
    </>
  );
}

function NoOutput({ status }: { status: StateStatus }) {
  if (status === "waiting") return <Empty title="Nothing yet" text="The decision becomes the output." />;
  if (status === "running" || status === "retrying") return <Empty title="Nothing yet" text="It comes when the state ends." />;
  return <Empty title="No output" text="The state ended without one." />;
}

function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <p className="text-s font-medium">{title}</p>
      <p className="mt-1 max-w-[30ch] text-xs text-ink-2">{text}</p>
    </div>
  );
}

/** The error's name, and its cause as JSON if it is some. */
export function ErrorPane({ error, cause }: { error: string; cause: string | null }) {
  const isJson = cause !== null && /^\s*[[{]/.test(cause);
  return (
    <section aria-label="Error" className="flex flex-none flex-col overflow-hidden rounded-lg border border-fail-line bg-fail-wash">
      <h3 className="flex-none px-3 pt-2 pb-1 font-mono text-xs font-medium break-words text-fail-ink">{error}</h3>
      {isJson ? (
        <div className="m-2 mt-1 flex max-h-56 min-h-0 flex-col">
          <JsonPane title="Cause" text={cause} note="parsed" empty={null} />
        </div>
      ) : (
        cause && <p className="max-h-56 overflow-auto px-3 pb-2 text-s break-words whitespace-pre-wrap">{cause}</p>
      )}
      {MODEL_DENIED.test(error) && <ModelAccess />}
    </section>
  );
}

const MODEL_DENIED = /^Bedrock(Runtime)?\.AccessDeniedException$/;

/** In AWS an account asks for each model once; a role may still be kept from it. */
function ModelAccess() {
  return (
    <p className="flex-none px-3 pb-2 text-xs text-ink-2">
      Either this account hasn’t been given access to the model, or the workflow’s role may not invoke it (bedrock:InvokeModel).{" "}
      <a className="underline" href="https://console.aws.amazon.com/bedrock/home#/modelaccess" target="_blank" rel="noreferrer">
        Model access in AWS
      </a>
    </p>
  );
}

function ExecutionDetail({ store, graph, run, now }: DetailProps) {
  const execution = store((state) => state.execution);
  const tab = store((state) => state.detailTab);
  const status = runStatus(run, execution.status);
  const tabs: Tab<DetailTab>[] = [
    { key: "data", title: "Input and output" },
    { key: "definition", title: "Definition" },
  ];
  const shown = tab === "definition" ? tab : "data";
  const states = run.states.size;
  const hasConsole = store((state) => state.boot.console === true);
  return (
    <Frame
      tile={<span className={`grid size-9 flex-none place-items-center rounded-lg ${TILE[status]}`}><StatusGlyph tone={TONE[status]} size={18} className="text-current" /></span>}
      title={execution.name}
      line={<span className={INK[status]}>{WORD[status]}, {states} of {graph.nodes.size} states reached</span>}
      tabs={<Tabs label="About this execution" tabs={tabs} chosen={shown} onChoose={(key) => store.getState().setDetailTab(key)} className="px-5 max-md:px-3" />}
    >
      {shown === "definition" ? (
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

interface FrameProps {
  tile: ReactNode;
  title: string;
  line: ReactNode;
  action?: ReactNode;
  tabs: ReactNode;
  children: ReactNode;
}

function Frame({ tile, title, line, action, tabs, children }: FrameProps) {
  return (
    <>
      <div className="flex flex-none items-start gap-3 px-5 pt-4 pb-3 max-md:px-3">
        {tile}
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-lg leading-5 font-semibold" title={title}>
            {title}
          </h2>
          <p className="mt-0.5 truncate text-xs font-medium">{line}</p>
        </div>
        {action}
      </div>
      {tabs}
      <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-auto px-5 pt-3.5 pb-4 max-md:px-3">{children}</div>
    </>
  );
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-ink-3">{name}</dt>
      <dd className="num truncate text-s" title={title}>
        {children}
      </dd>
    </div>
  );
}
