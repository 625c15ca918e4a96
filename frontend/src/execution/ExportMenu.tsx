/** Taking the run away: its picture as it is drawn now, or all that is known of it. */
import { Download } from "lucide-react";
import { useRef } from "react";
import type { Graph } from "../graph";
import type { PictureFormat } from "../graph/pictureFile";
import { duration } from "../shell/durations";
import { edgeDecorations, nodeDecorations, replayedStatus, runStatus, WORD } from "./decorate";
import { clock, day } from "./format";
import { legendOf } from "./legend";
import type { Run } from "./status";
import type { ViewerStore } from "./store";

interface ExportProps {
  store: ViewerStore;
  graph: Graph;
  run: Run;
  now: number;
}

export function ExportMenu({ store, graph, run, now }: ExportProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const choose = (perform: () => void): void => {
    if (menu.current) menu.current.open = false;
    perform();
  };
  return (
    <details ref={menu} className="dropdown dropdown-end" data-menu>
      <summary className="btn btn-ghost btn-square list-none" aria-label="Download" title="Download the run">
        <Download aria-hidden size={15} strokeWidth={1.75} />
      </summary>
      <ul className="dropdown-content menu z-40 mt-1 w-60 rounded-lg bg-base-100 p-1 text-s shadow-float">
        {(["svg", "png"] as const).map((format) => (
          <li key={format}>
            <button type="button" onClick={() => choose(() => void savePicture({ store, graph, run, now }, format))}>
              Drawing as {format.toUpperCase()}
            </button>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => choose(() => saveHistory(store))}>
            Run and history as JSON
          </button>
        </li>
      </ul>
    </details>
  );
}

/** As it is now, or was at the slider's time, in the page's theme. */
async function savePicture({ store, graph, run, now }: ExportProps, format: PictureFormat): Promise<void> {
  const { execution, replay } = store.getState();
  const status = WORD[replay === null ? runStatus(run, execution.status) : replayedStatus(run)];
  const started = Date.parse(execution.started_at);
  const until = replay?.at ?? (execution.stopped_at === null ? now : Date.parse(execution.stopped_at));
  try {
    const { downloadPicture } = await import("../graph/pictureFile");
    await downloadPicture(
      {
        graph,
        title: execution.name,
        line: `${execution.state_machine.name}: ${status} ${replay === null ? "after" : "at"} ${duration(until - started)}; began ${day(started, now)} ${clock(started)}`,
        decorations: nodeDecorations(graph, run, now),
        edges: edgeDecorations(graph, run),
        legend: legendOf(run),
      },
      format,
    );
  } catch (error) {
    store.getState().setNotice({ level: "error", message: `No picture was made: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** The execution and its history as the page has them: task tokens were taken out before they were stored. */
function saveHistory(store: ViewerStore): void {
  const { execution, events } = store.getState();
  const address = URL.createObjectURL(new Blob([JSON.stringify({ execution, events }, null, 2)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: `${execution.name}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
