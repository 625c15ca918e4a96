/** Every key, from the one list of actions. */

import { ACTIONS, GROUPS, labelOf } from "../actions";
import { Dialog } from "../parts/Dialog";
import { keysOf } from "../shortcuts";
import { openDialog, useDesigner } from "../state/store";

const close = (): void => openDialog(undefined);

export default function ShortcutsDialog() {
  const state = useDesigner();
  const groups = GROUPS.map((group) => ({ group, shown: ACTIONS.filter((each) => each.group === group && each.shortcuts !== undefined) }));
  return (
    <Dialog title="Keyboard shortcuts" onClose={close} wide reading>
      <div className="sm:columns-2 gap-x-8">
        {groups.map(({ group, shown }) => (
          <section key={group} className="break-inside-avoid mb-3" aria-labelledby={`shortcuts-${group}`}>
            <h3 id={`shortcuts-${group}`} className="text-xs font-medium text-ink-2 h-7 flex items-end pb-1">
              {group}
            </h3>
            {shown.map((action) => (
              <Keys key={action.id} label={labelOf(action, state)} alternatives={(action.shortcuts ?? []).map(keysOf)} />
            ))}
          </section>
        ))}
      </div>
      <p className="text-xs text-ink-2">
        Shift with an arrow key adds to the selection; Shift with the mouse draws a frame around states. Tab goes from a state to the connections that leave it.
      </p>
    </Dialog>
  );
}

function Keys({ label, alternatives }: { label: string; alternatives: string[][] }) {
  return (
    <div className="flex items-center justify-between gap-3 h-9 border-b border-base-300 text-s min-w-0">
      <span className="truncate">{label}</span>
      <span className="flex gap-1.5 flex-none items-center">
        {alternatives.map((keys, index) => (
          <span key={keys.join("+")} className="flex gap-1 items-center">
            {index > 0 ? <span className="text-xs text-ink-3">or</span> : null}
            {keys.map((key) => (
              <kbd key={key} className="kbd">
                {key}
              </kbd>
            ))}
          </span>
        ))}
      </span>
    </div>
  );
}
