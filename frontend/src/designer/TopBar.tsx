/** What the page's top bar shows of the designer: revision, what isn't saved, environment, Save, Deploy, Start. */

import { Cloud, Laptop } from "lucide-react";
import { useEffect } from "react";
import { createPortal } from "react-dom";

import { action, run } from "./actions";
import { DraftStatus } from "./drafts/DraftStatus";
import { Presence } from "./presence/Presence";
import { keysOf } from "./shortcuts";
import { useDesigner } from "./state/store";

export function TopBar() {
  const slot = document.getElementById("designer-actions");
  return slot === null ? null : createPortal(<Actions />, slot);
}

function Actions() {
  const state = useDesigner();
  const { boot, base, environment } = state;
  const chosen = boot.environments.find(({ id }) => id === environment);
  // The page's own badge names the revision it was opened with.
  useEffect(() => {
    const badge = document.querySelector("[data-revision]");
    if (badge !== null) badge.textContent = `r${String(base.number)}`;
  }, [base.number]);
  const EnvironmentIcon = chosen?.kind === "aws" ? Cloud : Laptop;
  return (
    <div className="flex flex-none items-center gap-2">
      <DraftStatus />
      <Presence />
      {chosen === undefined ? null : (
        <span className={`chip hidden lg:inline-flex ${chosen.production ? "chip-prod" : "chip-env"}`}>
          <EnvironmentIcon size={13} aria-hidden />
          {chosen.name}
        </span>
      )}
      {boot.permissions.design ? (
        <>
          <button type="button" className="btn btn-ghost hidden sm:inline-flex" aria-pressed={state.testing} onClick={() => run(action("test"))}>
            Test
          </button>
          <button type="button" className="btn btn-line" disabled={!action("save").enabled(state)} onClick={() => run(action("save"))}>
            Save
            <span className="hidden md:inline-flex gap-0.5">
              {keysOf("Mod+S").map((key) => (
                <kbd key={key} className="kbd">
                  {key}
                </kbd>
              ))}
            </span>
          </button>
          <button type="button" className="btn btn-primary" onClick={() => run(action("deploy"))}>
            Deploy
          </button>
        </>
      ) : (
        <span className="chip chip-env">Read only</span>
      )}
      {boot.permissions.operate ? (
        <a className="btn btn-ghost hidden sm:inline-flex" href={boot.urls.execution_new}>
          Start execution
        </a>
      ) : null}
    </div>
  );
}
