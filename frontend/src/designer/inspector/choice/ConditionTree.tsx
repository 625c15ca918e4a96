/** A condition with all that is nested in it: groups of which all or any must hold, negations, comparisons. */

import { Plus } from "lucide-react";
import type { ReactNode } from "react";

import { addCondition, changeGroup, duplicateItem, isRule, moveCondition, removeCondition, unwrapCondition, wrapCondition, type Group } from "../../../asl/conditions";
import type { JsonObject, JsonValue, ParsedDocument } from "../../../asl/document";
import type { Edit } from "../../../asl/edit";
import { lastToken, type Pointer } from "../../../asl/pointer";
import { Segmented } from "../../parts/controls";
import { edit } from "../../state/store";
import { join, useCanEdit } from "../binding";
import { JsonField } from "../JsonField";
import { RowMenu, type MenuItem } from "../RowMenu";
import { Comparison } from "./Comparison";
import { conditionOf, kindOf, NEW_CONDITION, type ConditionKind } from "./operators";
import { useOutcome, Verdict } from "./Verdict";

interface ConditionProps {
  at: Pointer;
  value: JsonObject;
  /** How many stand in the list that it is in; undefined for the condition of a rule and what is in a Not. */
  siblings?: number;
}

const KIND: Readonly<Record<ConditionKind, string>> = { And: "All of", Or: "Any of", Not: "Not", comparison: "Condition", other: "Condition" };

export function Condition({ at, value, siblings }: ConditionProps) {
  const kind = kindOf(value);
  const { outcome, cause } = useOutcome(at);
  const aside = (
    <span className="flex items-center gap-2">
      {isRule(at) ? null : <Verdict at={at} />}
      <RowMenu label="More for this condition" items={useItems(at, kind, siblings)} />
    </span>
  );
  return (
    <div role="group" aria-label={KIND[kind]} className="flex flex-col gap-2 min-w-0" data-condition={at}>
      {kind === "comparison" ? null : (
        <div className="flex items-center justify-between gap-2 min-h-6">
          <Title at={at} kind={kind} />
          {aside}
        </div>
      )}
      <Body at={at} value={value} kind={kind} aside={aside} />
      {outcome === "failed" && kind === "comparison" ? <p className="text-2xs text-fail-ink [overflow-wrap:anywhere]">{cause}</p> : null}
    </div>
  );
}

function Title({ at, kind }: { at: Pointer; kind: ConditionKind }) {
  const disabled = !useCanEdit();
  if (kind !== "And" && kind !== "Or") return <span className="text-xs font-medium text-ink-2">{KIND[kind]}</span>;
  const segments: { value: Group; label: string }[] = [
    { value: "And", label: "All of" },
    { value: "Or", label: "Any of" },
  ];
  return <Segmented label="Which must hold" small value={kind} segments={segments} disabled={disabled} onChange={(to) => edit((document) => changeGroup(document, at, to, to === "And" ? "ask for all conditions" : "ask for any condition"))} />;
}

function Body({ at, value, kind, aside }: { at: Pointer; value: JsonObject; kind: ConditionKind; aside: ReactNode }) {
  if (kind === "comparison") return <Comparison at={at} value={value} aside={aside} />;
  if (kind === "Not") return <Nested at={join(at, "Not")} value={value["Not"]} />;
  if (kind === "other") return <JsonField at={at} label="Condition" objectOnly removable={false} hint="not one that the builder knows" />;
  return <List at={join(at, kind)} list={value[kind] as JsonValue[]} />;
}

/** What can't be taken apart further stands as JSON. */
function Nested({ at, value, siblings }: { at: Pointer; value: JsonValue | undefined; siblings?: number }) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return (
    <div className="border-l-2 border-base-300 pl-3 min-w-0">
      {isObject ? <Condition at={at} value={value} {...(siblings === undefined ? {} : { siblings })} /> : <JsonField at={at} label="Condition" removable={false} />}
    </div>
  );
}

function List({ at, list }: { at: Pointer; list: JsonValue[] }) {
  const disabled = !useCanEdit();
  const add = (condition: JsonObject, label: string): void => {
    edit((document) => addCondition(document, at, condition, label));
  };
  return (
    <>
      <ul className="flex flex-col gap-3">
        {list.map((item, index) => (
          <li key={index}>
            <Nested at={join(at, index)} value={item} siblings={list.length} />
          </li>
        ))}
      </ul>
      <div className="flex gap-1">
        <button type="button" className="btn btn-ghost btn-xs" disabled={disabled} onClick={() => add(NEW_CONDITION, "add a condition")}>
          <Plus size={13} aria-hidden /> Condition
        </button>
        <button type="button" className="btn btn-ghost btn-xs" disabled={disabled} onClick={() => add({ Or: [NEW_CONDITION, NEW_CONDITION] }, "add a group of conditions")}>
          <Plus size={13} aria-hidden /> Group
        </button>
      </div>
    </>
  );
}

/** What can be done with a condition where it stands. */
function useItems(at: Pointer, kind: ConditionKind, siblings: number | undefined): MenuItem[] {
  const disabled = !useCanEdit();
  const item = (label: string, compute: (document: ParsedDocument) => Edit, refused = false): MenuItem => ({ label, disabled: disabled || refused, perform: () => void edit(compute) });
  const index = Number(lastToken(at));
  const inList = siblings !== undefined;
  return [
    ...(kind === "other" ? [] : [item("And another condition", (document) => wrapCondition(document, at, "And", [NEW_CONDITION], "add a condition"))]),
    ...(kind === "other" ? [] : [item("Or another condition", (document) => wrapCondition(document, at, "Or", [NEW_CONDITION], "add a condition"))]),
    kind === "Not" ? item("Take the Not away", (document) => unwrapCondition(document, at, "take a Not away")) : item("Negate", (document) => wrapCondition(document, at, "Not", [], "negate a condition")),
    ...(kind === "And" || kind === "Or" ? [item("Keep its first condition only", (document) => unwrapCondition(document, at, "take a group away"))] : []),
    ...(inList
      ? [
          item("Duplicate", (document) => duplicateItem(document, at, "duplicate a condition")),
          item("Move up", (document) => moveCondition(document, at, -1, "move a condition"), index === 0),
          item("Move down", (document) => moveCondition(document, at, 1, "move a condition"), index >= siblings - 1),
          item("Delete", (document) => removeCondition(document, at, "delete a condition"), siblings < 2),
        ]
      : []),
  ];
}

/** The condition of a rule, without what belongs to the rule. */
export function RuleCondition({ at, rule }: { at: Pointer; rule: JsonObject }) {
  return <Condition at={at} value={conditionOf(rule)} />;
}

