/** The store follows its execution for as long as a page shows it. */
import { useEffect } from "react";
import { follow } from "./live";
import { lastEventId, type ViewerStore } from "./store";
import { isOver } from "./types";

export function useLive(store: ViewerStore): void {
  const beginnings = store((state) => state.beginnings);
  useEffect(() => {
    const { boot } = store.getState();
    // Of an EXPRESS execution nothing more is said after its answer: its log is read where the page says so.
    if (boot.execution.express) {
      store.getState().setConnection("closed");
      return;
    }
    return follow({
      eventsUrl: boot.urls.events,
      socketUrl: boot.urls.socket,
      lastEventId: () => lastEventId(store.getState()),
      isComplete: () => {
        // A list may tell of the end before the history was read: then the server still says how old its copy is.
        const { execution, knownUntil } = store.getState();
        return isOver(execution.status) && knownUntil === null && lastEventId(store.getState()) >= execution.last_event_id;
      },
      onEvents: (events, change) => store.getState().receive(events, change),
      onConnection: (connection) => store.getState().setConnection(connection),
      onAge: (seconds) => store.getState().setAge(seconds),
      onNotice: (level, message) => store.getState().setNotice({ level, message }),
    });
  }, [store, beginnings]);
}
