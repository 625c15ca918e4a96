/** Rules of a Choice: condition, words for the edge, where it goes; in the order in which they're tried. */

import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";

import { duplicateItem } from "../../../asl/conditions";
import type { JsonObject, JsonValue } from "../../../asl/document";
import { moveItem } from "../../../asl/fields";
import type { State } from "../../../asl/machine";
import { addChoiceRule, removeItem } from "../../../asl/parts";
import { ruleWords } from "../../../graph";
import { edit } from "../../state/store";
import { join, put, useCanEdit, useText, useValue } from "../binding";
import { TargetField, TextField } from "../fields";
import { IconButton } from "../IconButton";
import { JsonField } from "../JsonField";
import { usePreviews } from "../preview/previews";
import { RowMenu } from "../RowMenu";
import { RuleCondition } from "./ConditionTree";
import { conditionOf, NEW_CONDITION } from "./operators";
import { useOutcome, Verdict } from "./Verdict";

type Language = "JSONPath" | "JSONata";
const NEW_EXPRESSION: JsonObject = { Condition: "{% $states.input.value = 1 %}" };

export function ChoiceForm({ state, language }: { state: State; language: Language }) {
  const rules = useValue(join(state.pointer, "Choices"));
  const list = Array.isArray(rules) ? rules : [];
  const disabled = !useCanEdit();
  const fresh = language === "JSONata" ? NEW_EXPRESSION : NEW_CONDITION;
  return (
    <>
      <ol className="flex flex-col gap-3" aria-label="Rules">
        {list.map((_, index) => (
          <RuleCard key={index} state={state} index={index} list={list} language={language} />
        ))}
      </ol>
      <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => edit((document) => addChoiceRule(document, state.pointer, fresh))}>
        <Plus size={15} aria-hidden /> Add a rule
      </button>
      <Otherwise state={state} />
    </>
  );
}

/** The Default; without one a Choice fails with States.NoChoiceMatched where no rule matches. */
function Otherwise({ state }: { state: State }) {
  const at = join(state.pointer, "Default");
  const target = useText(at);
  const disabled = !useCanEdit();
  const failed = usePreviews((current) => current.steps.get("/Default"));
  return (
    <div className="flex flex-col gap-1.5">
      <TargetField at={at} scope={state.scope.pointer} label="Otherwise go to" exclude={state.name} />
      {failed?.cause === undefined || failed.cause === null ? null : (
        <p className="text-xs text-fail-ink">
          <b className="font-medium">{failed.error}:</b> no rule matches the sample, and there is no Default.
        </p>
      )}
      {target === "" ? (
        <p className="text-2xs text-ink-3">Nowhere: if no rule matches, the state fails with States.NoChoiceMatched.</p>
      ) : (
        <button type="button" className="btn btn-ghost btn-xs self-start" disabled={disabled} onClick={() => put(at, undefined, "take the Default away")}>
          Take it away
        </button>
      )}
    </div>
  );
}

interface RuleProps {
  state: State;
  index: number;
  list: readonly JsonValue[];
  language: Language;
}

function RuleCard(props: RuleProps) {
  const { state, index, list, language } = props;
  const at = join(state.pointer, "Choices", index);
  const value = list[index];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return (
    <li className="rounded-box border border-base-300 flex flex-col" data-rule={index}>
      <RuleHead {...props} rule={value} />
      <div className="p-3 flex flex-col gap-3">
        {language === "JSONata" ? <TextField at={join(at, "Condition")} label="Condition" mono rows={2} /> : <RuleCondition at={at} rule={value} />}
        <TextField at={join(at, "Comment")} label="Words on the edge" placeholder={ruleWords(conditionOf(value))} />
        <TargetField at={join(at, "Next")} scope={state.scope.pointer} label="Then go to" />
        <Leaving at={at} rule={value} language={language} />
      </div>
    </li>
  );
}

function RuleHead({ state, index, list, language, rule }: RuleProps & { rule: JsonObject }) {
  const disabled = !useCanEdit();
  const listAt = join(state.pointer, "Choices");
  const at = join(listAt, index);
  const number = String(index + 1);
  const move = (to: number): void => {
    edit((document) => moveItem(document, listAt, index, to, `reorder the rules of ${state.name}`));
  };
  const remove = (): void => {
    edit((document) => removeItem(document, state.pointer, "Choices", index, `delete rule ${number} of ${state.name}`, true));
  };
  return (
    <div className="flex items-center gap-1 pl-3 pr-1 min-h-9 border-b border-base-300 bg-sunk rounded-t-box">
      <span className="num text-xs text-ink-3">{number}</span>
      <h3 className="text-s font-medium truncate flex-1 ml-1" title={ruleWords(rule)}>
        {ruleWords(rule)}
      </h3>
      <RuleVerdict at={language === "JSONata" ? join(at, "Condition") : at} index={index} />
      <IconButton label={`Move rule ${number} up`} disabled={disabled || index === 0} onClick={() => move(index - 1)}>
        <ArrowUp size={14} aria-hidden />
      </IconButton>
      <IconButton label={`Move rule ${number} down`} disabled={disabled || index === list.length - 1} onClick={() => move(index + 1)}>
        <ArrowDown size={14} aria-hidden />
      </IconButton>
      <RowMenu
        label={`More for rule ${number}`}
        items={[{ label: "Duplicate the rule", disabled, perform: () => void edit((document) => duplicateItem(document, at, `duplicate rule ${number} of ${state.name}`)) }]}
      />
      <IconButton label={`Delete rule ${number}`} disabled={disabled} onClick={remove}>
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </div>
  );
}

/** Of the rules that match, the first one is taken. */
function RuleVerdict({ at, index }: { at: string; index: number }) {
  const { outcome } = useOutcome(at);
  const isTaken = usePreviews(({ steps }) => firstMatch(steps) === index);
  if (outcome === "true" && isTaken)
    return (
      <span className="chip chip-ok flex-none !h-5" data-verdict="taken">
        Taken
      </span>
    );
  return <Verdict at={at} />;
}

function firstMatch(steps: ReadonlyMap<string, { value: { text: string } | null }>): number {
  for (let index = 0; ; index += 1) {
    const step = steps.get(`/Choices/${String(index)}/Condition`) ?? steps.get(`/Choices/${String(index)}`);
    if (step?.value === undefined || step.value === null) return -1;
    if (step.value.text === "true") return index;
  }
}

/** What a rule sets and gives on when it is taken. */
function Leaving({ at, rule, language }: { at: string; rule: JsonObject; language: Language }) {
  const has = "Assign" in rule || "Output" in rule;
  return (
    <details open={has} className="group">
      <summary className="text-xs font-medium text-ink-2 cursor-pointer">{language === "JSONata" ? "Variables and output" : "Variables"}</summary>
      <div className="flex flex-col gap-3 pt-2">
        <JsonField at={join(at, "Assign")} label="Assign" objectOnly hint="sets variables when this rule is taken" />
        {language === "JSONata" ? <JsonField at={join(at, "Output")} label="Output" hint="what the next state gets" /> : null}
      </div>
    </details>
  );
}
