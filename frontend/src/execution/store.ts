/** The page's one store: the execution and its events as they come, and what the person has chosen. */
import { create, type StoreApi, type UseBoundStore } from "zustand";
import type { Connection } from "./live";
import { lastWithoutGap, merge } from "./live";
import type { Boot, Execution, ExecutionChange, HistoryEvent, Review } from "./types";

export type DetailTab = "data" | "leads" | "flow" | "conversation" | "attempts" | "definition" | "events" | "cost";
export type DockTab = "timeline" | "table" | "events";
/** On a phone one of these at a time. */
export type Pane = "graph" | "state" | DockTab;

/** The page shows the run as it was at a time: after `count` events. */
export interface Replay {
  readonly at: number;
  readonly count: number;
}

export interface Notice {
  level: "warning" | "error";
  message: string;
}

export interface ViewerState {
  readonly boot: Boot;
  readonly execution: Execution;
  readonly events: readonly HistoryEvent[];
  readonly connection: Connection;
  /** How often the page began to follow an execution that had ended: it was redriven. */
  readonly beginnings: number;
  readonly notice: Notice | null;
  /** Until when the events are known, by this machine's clock; null: they're whole, or nobody has said. */
  readonly knownUntil: number | null;
  readonly reviews: readonly Review[];
  /** null: nobody has chosen; "": the execution itself. */
  readonly selectedState: string | null;
  readonly selectedEvent: number | null;
  readonly detailTab: DetailTab;
  readonly dockTab: DockTab;
  readonly pane: Pane;
  /** null: as it is now. */
  readonly replay: Replay | null;
  readonly isPlaying: boolean;
  /** Which of a state's visits is looked at, by the event that entered it; null: the one that matters most. */
  readonly selectedVisit: number | null;

  receive: (events: HistoryEvent[], change: ExecutionChange) => void;
  replaceExecution: (execution: Execution) => void;
  setConnection: (connection: Connection) => void;
  /** Go on following, if that has ended. */
  follow: () => void;
  /** How old the server's copy is, in seconds. */
  setAge: (seconds: number | null) => void;
  setNotice: (notice: Notice | null) => void;
  setReviews: (reviews: readonly Review[]) => void;
  selectState: (nodeId: string | null) => void;
  selectEvent: (id: number, nodeId: string | null) => void;
  setDetailTab: (tab: DetailTab) => void;
  setDockTab: (tab: DockTab) => void;
  setPane: (pane: Pane) => void;
  setReplay: (replay: Replay | null) => void;
  setPlaying: (isPlaying: boolean) => void;
  selectVisit: (enteredId: number | null) => void;
}

export type ViewerStore = UseBoundStore<StoreApi<ViewerState>>;

export function createViewerStore(boot: Boot, link: { state: string | null; event: number | null }): ViewerStore {
  return create<ViewerState>((set) => ({
    boot,
    execution: boot.execution,
    events: [],
    connection: "connecting",
    beginnings: 0,
    notice: boot.execution.notice ? { level: "warning", message: boot.execution.notice } : null,
    knownUntil: null,
    reviews: [],
    selectedState: link.state,
    selectedEvent: link.event,
    detailTab: link.event === null ? "data" : "events",
    dockTab: link.event === null ? "timeline" : "events",
    pane: "graph",
    replay: null,
    isPlaying: false,
    selectedVisit: null,

    receive: (events, change) =>
      set((state) => ({
        events: merge(state.events, events),
        execution: isOlder(change, state.execution) ? state.execution : { ...state.execution, ...change },
        knownUntil: state.knownUntil === null || events.length === 0 ? state.knownUntil : Date.now(),
        // What couldn't be reached has answered.
        notice: state.notice?.level === "warning" ? null : state.notice,
      })),
    replaceExecution: (execution) => set((state) => (isOlder(execution, state.execution) ? {} : { execution })),
    setConnection: (connection) => set({ connection }),
    follow: () => set((state) => (state.connection === "closed" ? { beginnings: state.beginnings + 1 } : {})),
    setAge: (seconds) => set({ knownUntil: seconds === null ? null : Date.now() - seconds * 1000 }),
    setNotice: (notice) => set({ notice }),
    setReviews: (reviews) => set({ reviews }),
    selectState: (selectedState) => set((state) => ({ selectedState, selectedEvent: null, selectedVisit: null, pane: selectedState ? "state" : state.pane })),
    selectEvent: (selectedEvent, nodeId) => set((state) => ({ selectedEvent, selectedState: nodeId ?? state.selectedState, selectedVisit: nodeId === state.selectedState ? state.selectedVisit : null, detailTab: "events" })),
    setDetailTab: (detailTab) => set({ detailTab }),
    setDockTab: (dockTab) => set({ dockTab }),
    setPane: (pane) => set({ pane }),
    setReplay: (replay) => set((state) => ({ replay, isPlaying: replay !== null && state.isPlaying })),
    setPlaying: (isPlaying) => set({ isPlaying }),
    selectVisit: (selectedVisit) => set({ selectedVisit }),
  }));
}

/** An answer may be overtaken by the socket: what it says was true when it was written, and the page doesn't go back. */
function isOlder(one: ExecutionChange, other: Execution): boolean {
  return one.last_event_id !== undefined && one.last_event_id < other.last_event_id;
}

export function lastEventId(state: ViewerState): number {
  return lastWithoutGap(state.events);
}
