/** One comparison: the value that is looked at, the operator, and what it is compared with. */

import type { ReactNode } from "react";

import type { JsonObject, JsonValue } from "../../../asl/document";
import { changeComparison } from "../../../asl/conditions";
import { Raw } from "../../../asl/style";
import type { Pointer } from "../../../asl/pointer";
import { CheckInput, NumberInput, SelectInput, TextInput } from "../../parts/controls";
import { edit } from "../../state/store";
import { join, put, putNumber, useCanEdit, useNumberText } from "../binding";
import { TextField } from "../fields";
import { useSuggestedPaths } from "../preview/paths";
import { canTakePath, comparisonIn, KNOWN, operandFor, OPERATORS, type OperandKind } from "./operators";

export function Comparison({ at, value, aside }: { at: Pointer; value: JsonObject; aside: ReactNode }) {
  const disabled = !useCanEdit();
  const paths = useSuggestedPaths();
  const comparison = comparisonIn(value);
  if (comparison === undefined) return null;
  const { operator, path, operand, key } = comparison;
  const operate = (name: string, toPath: boolean): void => {
    const next = OPERATORS.find((each) => each.name === name) ?? operator;
    const withPath = toPath && canTakePath(next);
    const written = JSON.stringify(operandFor(next, withPath, operand));
    edit((document) => changeComparison(document, at, KNOWN, withPath ? `${next.name}Path` : next.name, new Raw(written), "change the comparison"));
  };
  return (
    <div className="flex flex-col gap-2 min-w-0">
      <TextField at={join(at, "Variable")} label="Value" mono placeholder="$.status" suggestions={paths} hint={aside} />
      <div className="grid grid-cols-2 gap-2 items-start">
        <SelectInput
          label="Comparison"
          value={operator.name}
          disabled={disabled}
          options={OPERATORS.map(({ name, words, group }) => ({ value: name, label: `${group}: ${words}` }))}
          onChange={(name) => operate(name, path)}
        />
        <Operand at={join(at, key)} kind={path ? "path" : operator.kind} operand={operand} paths={paths} />
      </div>
      {canTakePath(operator) ? (
        <CheckInput label="Compare with another value of the input" checked={path} disabled={disabled} onChange={(checked) => operate(operator.name, checked)} />
      ) : null}
    </div>
  );
}

interface OperandProps {
  at: Pointer;
  kind: OperandKind | "path";
  operand: JsonValue;
  paths: readonly string[];
}

function Operand({ at, kind, operand, paths }: OperandProps) {
  const disabled = !useCanEdit();
  const written = useNumberText(at);
  const text = typeof operand === "string" ? operand : JSON.stringify(operand);
  switch (kind) {
    case "boolean":
    case "test":
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
    case "number":
      return <NumberInput label="To" value={written} disabled={disabled} onChange={(next) => putNumber(at, next ?? "0")} />;
    case "timestamp":
      return <TextInput label="To" value={text} error={isTime(text) ? undefined : "As in 2026-01-31T09:00:00Z."} disabled={disabled} onChange={(next) => put(at, next)} />;
    case "path":
      return <TextInput label="To" value={text} mono suggestions={paths} disabled={disabled} onChange={(next) => put(at, next)} />;
    case "text":
      return <TextInput label="To" value={text} disabled={disabled} onChange={(next) => put(at, next)} />;
  }
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
}
