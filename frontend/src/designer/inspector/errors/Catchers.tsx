/** What goes on elsewhere when a state fails, and what it takes along. */

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";

import { andThen } from "../../../asl/edit";
import { moveItem } from "../../../asl/fields";
import { addLoose } from "../../../asl/insert";
import { machineOf, namesIn, uniqueName, type State } from "../../../asl/machine";
import { addCatcher, removeItem } from "../../../asl/parts";
import { errorWords } from "../../../graph";
import { edit } from "../../state/store";
import { join, useCanEdit, useStates, useValue } from "../binding";
import { ResultPathField } from "../DataTab";
import { TargetField, TextField } from "../fields";
import { IconButton } from "../IconButton";
import { JsonField } from "../JsonField";
import { ErrorNames } from "./ErrorNames";

type Language = "JSONPath" | "JSONata";

export function Catchers({ state, language }: { state: State; language: Language }) {
  const catchers = useValue(join(state.pointer, "Catch"));
  const disabled = !useCanEdit();
  const count = Array.isArray(catchers) ? catchers.length : 0;
  return (
    <section aria-label="Catch" className="flex flex-col gap-3 pt-1">
      <h3 className="text-s font-semibold">Catch</h3>
      {count === 0 ? <p className="text-xs text-ink-2">What still fails ends the workflow. A Catcher goes on elsewhere instead.</p> : null}
      <ol className="flex flex-col gap-3">
        {Array.from({ length: count }, (_, index) => (
          <Catcher key={index} state={state} index={index} count={count} language={language} />
        ))}
      </ol>
      <AddCatcher state={state} language={language} disabled={disabled} />
    </section>
  );
}

interface CatcherProps {
  state: State;
  index: number;
  count: number;
  language: Language;
}

function Catcher({ state, index, count, language }: CatcherProps) {
  const at = join(state.pointer, "Catch", index);
  const errors = useValue(join(at, "ErrorEquals"));
  const disabled = !useCanEdit();
  const number = String(index + 1);
  const move = (to: number): void => {
    edit((document) => moveItem(document, join(state.pointer, "Catch"), index, to, `reorder the Catchers of ${state.name}`));
  };
  return (
    <li className="rounded-box border border-base-300 p-3 flex flex-col gap-3">
      <div className="flex items-center gap-1">
        <h4 className="text-s font-medium flex-1 truncate">{errorWords(errors)}</h4>
        {count < 2 ? null : (
          <>
            <IconButton label={`Move Catcher ${number} up`} disabled={disabled || index === 0} onClick={() => move(index - 1)}>
              <ArrowUp size={14} aria-hidden />
            </IconButton>
            <IconButton label={`Move Catcher ${number} down`} disabled={disabled || index === count - 1} onClick={() => move(index + 1)}>
              <ArrowDown size={14} aria-hidden />
            </IconButton>
          </>
        )}
        <IconButton label={`Delete Catcher ${number}`} disabled={disabled} onClick={() => edit((document) => removeItem(document, state.pointer, "Catch", index, `delete a catch of ${state.name}`))}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
      <ErrorNames at={join(at, "ErrorEquals")} state={state} />
      <TargetField at={join(at, "Next")} scope={state.scope.pointer} label="Then go to" exclude={state.name} />
      <Along at={at} language={language} />
      <TextField at={join(at, "Comment")} label="Comment" />
    </li>
  );
}

/** What the state after the Catcher gets, and the variables that are set on the way. */
function Along({ at, language }: { at: string; language: Language }) {
  return (
    <>
      {language === "JSONata" ? (
        <JsonField at={join(at, "Output")} label="Output" hint="$states.errorOutput is the error" />
      ) : (
        <div className="flex flex-col gap-1.5">
          <span className="lbl">The error goes</span>
          <ResultPathField at={join(at, "ResultPath")} what="error" />
        </div>
      )}
      <JsonField at={join(at, "Assign")} label="Assign" objectOnly hint={language === "JSONata" ? "variables; $states.errorOutput is the error" : "variables; $ is the error"} />
    </>
  );
}

/** A Catcher to a state that's there, or to a new Fail, or into a queue for a later try. */
function AddCatcher({ state, language, disabled }: { state: State; language: Language; disabled: boolean }) {
  const names = useStates(state.scope.pointer).filter((name) => name !== state.name);
  const add = (target: string): void => {
    if (target === "") return;
    if (target === FAIL) edit((document) => catchInFail(document, state, language));
    else edit((document) => addCatcher(document, state.pointer, target));
  };
  return (
    <select className="select !w-auto self-start" aria-label="Add a Catcher" disabled={disabled} value="" onChange={({ target }) => add(target.value)}>
      <option value="">Add a Catcher, going to ...</option>
      <option value={FAIL}>A new Fail state</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

const FAIL = "\u0000fail";

function catchInFail(document: Parameters<typeof addCatcher>[0], state: State, language: Language) {
  const name = uniqueName(`${state.name} failed`, namesIn(machineOf(document)));
  const paths = { Type: "Fail", ErrorPath: "$.error.Error", CausePath: "$.error.Cause" };
  const expressions = { Type: "Fail", Error: "{% $states.input.error.Error %}", Cause: "{% $states.input.error.Cause %}" };
  const body = language === "JSONata" ? expressions : paths;
  const added = addLoose(document, state.scope, { name, body });
  return { ...andThen(added, `catch errors of ${state.name}`, (next) => addCatcher(next, state.pointer, name)), select: [state.pointer] };
}
