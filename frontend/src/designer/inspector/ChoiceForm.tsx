/** Rules of a Choice: condition, words for the edge, where it goes; in the order in which they're tried. */

import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";

import type { JsonObject, JsonValue } from "../../asl/document";
import { moveItem, setValue } from "../../asl/fields";
import type { State } from "../../asl/machine";
import { addChoiceRule, removeItem } from "../../asl/parts";
import { ruleWords } from "../../graph";
import { CheckInput, NumberInput, Segmented, SelectInput, TextInput } from "../parts/controls";
import { edit } from "../state/store";
import { join, put, putNumber, useCanEdit, useNumberText, useValue } from "./binding";
import { canTakePath, comparisonIn, conditionOf, isNegated, operandFor, OPERATORS, shapeOf, type RuleShape } from "./choice";
import { TargetField, TextField } from "./fields";
import { JsonField } from "./JsonField";

const NEW_RULE: JsonObject = { Variable: "$.value", StringEquals: "" };

export function ChoiceForm({ state, language }: { state: State; language: "JSONPath" | "JSONata" }) {
  const rules = useValue(join(state.pointer, "Choices"));
  const list = Array.isArray(rules) ? rules : [];
  const disabled = !useCanEdit();
  const fresh = language === "JSONata" ? { Condition: "{% $states.input.value = 1 %}" } : NEW_RULE;
  return (
    <>
      <ol className="flex flex-col gap-3">
        {list.map((_, index) => (
          <RuleCard key={index} state={state} index={index} count={list.length} />
        ))}
      </ol>
      <button type="button" className="btn btn-line self-start" disabled={disabled} onClick={() => edit((document) => addChoiceRule(document, state.pointer, fresh))}>
        <Plus size={15} aria-hidden /> Add a rule
      </button>
      <TargetField at={join(state.pointer, "Default")} scope={state.scope.pointer} label="Otherwise go to" />
    </>
  );
}

function RuleCard({ state, index, count }: { state: State; index: number; count: number }) {
  const at = join(state.pointer, "Choices", index);
  const value = useValue(at);
  const disabled = !useCanEdit();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const shape = shapeOf(value);
  const move = (to: number): void => {
    edit((document) => moveItem(document, join(state.pointer, "Choices"), index, to, `reorder the rules of ${state.name}`));
  };
  const remove = (): void => {
    edit((document) => removeItem(document, state.pointer, "Choices", index, `delete rule ${String(index + 1)} of ${state.name}`, true));
  };
  return (
    <li className="rounded-box border border-base-300 flex flex-col">
      <div className="flex items-center gap-1 pl-3 pr-1 h-9 border-b border-base-300 bg-sunk rounded-t-box">
        <span className="num text-xs text-ink-3">{index + 1}</span>
        <h3 className="text-s font-medium truncate flex-1 ml-1">{ruleWords(value)}</h3>
        <IconButton label={`Move rule ${String(index + 1)} up`} disabled={disabled || index === 0} onClick={() => move(index - 1)}>
          <ArrowUp size={14} aria-hidden />
        </IconButton>
        <IconButton label={`Move rule ${String(index + 1)} down`} disabled={disabled || index === count - 1} onClick={() => move(index + 1)}>
          <ArrowDown size={14} aria-hidden />
        </IconButton>
        <IconButton label={`Delete rule ${String(index + 1)}`} disabled={disabled} onClick={remove}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
      <div className="p-3 flex flex-col gap-3">
        <Condition at={at} rule={value} shape={shape} />
        <TextField at={join(at, "Comment")} label="Words on the edge" placeholder={ruleWords(conditionOf(value))} />
        <TargetField at={join(at, "Next")} scope={state.scope.pointer} label="Then go to" />
      </div>
    </li>
  );
}

export function IconButton({ label, disabled = false, onClick, children }: { label: string; disabled?: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" className="btn btn-ghost btn-square btn-xs" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

const SHAPES: { value: Exclude<RuleShape, "condition" | "other">; label: string }[] = [
  { value: "one", label: "One condition" },
  { value: "And", label: "All of" },
  { value: "Or", label: "Any of" },
];

/** The rule with another condition, what belongs to the rule kept behind it. */
function withCondition(rule: JsonObject, condition: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(rule).filter(([key]) => ["Comment", "Assign", "Output"].includes(key)));
  return { ...kept, ...condition, ...("Next" in rule ? { Next: rule["Next"] } : {}) };
}

function reshaped(rule: JsonObject, to: RuleShape): JsonObject {
  const condition = conditionOf(rule);
  const list = condition["And"] ?? condition["Or"];
  const parts = (Array.isArray(list) ? list : [condition]) as JsonObject[];
  if (to === "one") return withCondition(rule, parts[0] ?? NEW_RULE);
  return withCondition(rule, { [to]: parts.length > 1 ? parts : [...parts, NEW_RULE] });
}

function Condition({ at, rule, shape }: { at: string; rule: JsonObject; shape: RuleShape }) {
  const disabled = !useCanEdit();
  if (shape === "condition") return <TextField at={join(at, "Condition")} label="Condition" mono rows={2} />;
  if (shape === "other") return <JsonField at={at} label="Rule" objectOnly removable={false} hint="Nested conditions are edited as JSON" />;
  const change = (to: RuleShape): void => {
    edit((document) => setValue(document, at, reshaped(rule, to), "change the rule"));
  };
  return (
    <>
      <Segmented label="Condition" value={shape} segments={SHAPES} onChange={change} disabled={disabled} />
      {shape === "one" ? (
        <OneCondition at={at} value={rule} replace={(condition) => withCondition(rule, condition)} />
      ) : (
        <ConditionList at={join(at, shape)} list={rule[shape] as JsonObject[]} />
      )}
    </>
  );
}

function ConditionList({ at, list }: { at: string; list: JsonObject[] }) {
  const disabled = !useCanEdit();
  return (
    <>
      <ul className="flex flex-col gap-3">
        {list.map((item, index) => (
          <li key={index} className="flex gap-1 border-l-2 border-base-300 pl-3">
            <div className="flex-1 flex flex-col gap-2 min-w-0">
              <OneCondition at={join(at, index)} value={item} replace={(condition) => condition} />
            </div>
            <IconButton label={`Delete condition ${String(index + 1)}`} disabled={disabled || list.length < 2} onClick={() => put(join(at, index), undefined, "delete a condition")}>
              <Trash2 size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <button type="button" className="btn btn-ghost btn-sm self-start" disabled={disabled} onClick={() => put(join(at, list.length), NEW_RULE, "add a condition")}>
        <Plus size={14} aria-hidden /> Add a condition
      </button>
    </>
  );
}

interface OneProps {
  at: string;
  value: JsonObject;
  /** The value to write at `at` for a new condition. */
  replace: (condition: JsonObject) => JsonObject;
}

/** Variable, operator, operand; "isn't" writes a Not around it. */
function OneCondition({ at, value, replace }: OneProps) {
  const disabled = !useCanEdit();
  const negated = isNegated(value);
  const inner = negated ? (value["Not"] as JsonObject) : value;
  const innerAt = negated ? join(at, "Not") : at;
  const comparison = comparisonIn(inner);
  if (comparison === undefined) return null;
  const { operator, path, operand, key } = comparison;
  const write = (condition: JsonObject): void => {
    edit((document) => setValue(document, at, replace(condition), "change the condition"));
  };
  const wrapped = (condition: JsonObject, not: boolean): JsonObject => (not ? { Not: condition } : condition);
  const operate = (name: string, toPath: boolean): void => {
    const next = OPERATORS.find((each) => each.name === name) ?? operator;
    const withPath = toPath && canTakePath(next);
    const condition = { Variable: inner["Variable"] ?? "$.value", [withPath ? `${next.name}Path` : next.name]: operandFor(next, withPath, operand) };
    write(wrapped(condition, negated));
  };
  return (
    <div className="flex flex-col gap-2 min-w-0">
      <TextField at={join(innerAt, "Variable")} label="Value" mono placeholder="$.status" />
      <div className="grid grid-cols-2 gap-2 items-end">
        <SelectInput
          label="Comparison"
          value={operator.name}
          disabled={disabled}
          options={OPERATORS.map(({ name, words, group }) => ({ value: name, label: `${group}: ${words}` }))}
          onChange={(name) => operate(name, path)}
        />
        <Operand at={join(innerAt, key)} kind={path ? "path" : operator.kind} operand={operand} />
      </div>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <CheckInput label="Not" checked={negated} disabled={disabled} onChange={(not) => write(wrapped(conditionOf(inner), not))} />
        {canTakePath(operator) ? (
          <CheckInput label="Compare with another value of the input" checked={path} disabled={disabled} onChange={(checked) => operate(operator.name, checked)} />
        ) : null}
      </div>
    </div>
  );
}

function Operand({ at, kind, operand }: { at: string; kind: string; operand: JsonValue }) {
  const disabled = !useCanEdit();
  const written = useNumberText(at);
  if (kind === "boolean" || kind === "test")
    return (
      <SelectInput
        label="To"
        value={operand === false ? "false" : "true"}
        disabled={disabled}
        options={[
          { value: "true", label: kind === "test" ? "yes" : "true" },
          { value: "false", label: kind === "test" ? "no" : "false" },
        ]}
        onChange={(value) => put(at, value === "true")}
      />
    );
  if (kind === "number") return <NumberInput label="To" value={written} disabled={disabled} onChange={(text) => putNumber(at, text ?? "0")} />;
  return <TextInput label="To" value={typeof operand === "string" ? operand : JSON.stringify(operand)} mono={kind === "path"} disabled={disabled} onChange={(text) => put(at, text)} />;
}
