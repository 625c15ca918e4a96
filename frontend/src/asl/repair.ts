/**
 * What can be done about a finding with one click: edits made of what the validator says about it (asl/repairs.py) and of
 * the text around it. Each is an ordinary edit with a name, so that it can be undone.
 */

import { child, nodeAt, propertyOf, stringOf, valueOf, type JsonValue, type Node, type ParsedDocument } from "./document";
import { andThen, edited, EditRefused, type Edit } from "./edit";
import { addField, moveItem, removeValue, setValue } from "./fields";
import { addLoose } from "./insert";
import { hasNext, machineOf, namesIn, stateAround, uniqueName, type Scope, type State } from "./machine";
import { EMPTY_BRANCH } from "./parts";
import { join, lastToken, parentOf, tokensOf, type Pointer } from "./pointer";
import { deleteStates, reconnect } from "./remove";
import { renameState } from "./rename";
import { inJsonata } from "./simpleJsonata";
import { removeMember, removeMembers, renameKey, replaceProperty } from "./textEdits";

export type Fix =
  | { kind: "target"; name: string; near: string[] }
  | { kind: "unreachable" | "rename_state" | "onward" | "remove" | "last" }
  | { kind: "add" | "keep_one"; fields: string[] }
  | { kind: "rename"; field: string; near: string[] }
  | { kind: "unknown" | "one_of"; near: string[] }
  | { kind: "drop"; field: string }
  | { kind: "language"; wanted: "JSONPath" | "JSONata" }
  | { kind: "replace"; value: JsonValue }
  | { kind: "duplicate"; key: string; index: number };

export interface Finding {
  path: Pointer;
  code: string;
  fix: Fix;
}

export interface Repair {
  /** On a button: "Change it to Ask". */
  label: string;
  edit: (document: ParsedDocument) => Edit;
  /** Can be done to all findings of this kind at once: there is nothing to choose, and nothing that worked changes. */
  isSafe: boolean;
}

const repair = (label: string, edit: Repair["edit"], isSafe = false): Repair => ({ label, edit, isSafe });

/** The best first. */
export function repairsFor(document: ParsedDocument, finding: Finding): Repair[] {
  const { path, fix } = finding;
  switch (fix.kind) {
    case "target":
      return [...fix.near.map((name) => changeTo(path, name, `Lead to ${name}`)), createTarget(path, fix.name)];
    case "unreachable":
      return unreachable(document, path);
    case "rename_state":
      return [renamed(document, path)];
    case "add":
      return [adding(document, path, fix.fields)];
    case "onward":
      return onward(document, path);
    case "keep_one":
      return fix.fields.map((field) => keeping(path, field, fix.fields));
    case "rename":
      return fix.near.map((name) => renaming(holderOf(document, path, fix.field), fix.field, name, fix.near.length === 1));
    case "unknown":
      return [
        ...fix.near.map((name) => renaming(parentOf(path), lastToken(path), name, fix.near.length === 1)),
        removing(path, fix.near.length === 0 && finding.code === "MISPLACED_FIELD"),
      ];
    case "remove":
      return [removing(path, finding.code === "MISPLACED_FIELD")];
    case "drop":
      return [removing(join(path, fix.field), true)];
    case "language":
      return otherLanguage(document, path, fix.wanted);
    case "replace":
      return [changeTo(path, fix.value, `Change it to ${shortText(fix.value)}`, true)];
    case "one_of":
      return fix.near.map((value) => changeTo(path, value, `Change it to ${shortText(value)}`));
    case "last":
      return [toTheEnd(document, path)];
    case "duplicate":
      return [withoutDuplicate(document, path, fix.key, fix.index)];
  }
}

function shortText(value: JsonValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const tail = text.split(":::")[1] ?? text;
  return tail.length > 60 ? `${tail.slice(0, 59)}…` : tail;
}

const placeOf = (document: ParsedDocument, path: Pointer): string => stateAround(machineOf(document), path)?.name ?? "the workflow";

function changeTo(path: Pointer, value: JsonValue, label: string, isSafe = false): Repair {
  return repair(label, (document) => setValue(document, path, value, `${label.charAt(0).toLowerCase()}${label.slice(1)} in ${placeOf(document, path)}`), isSafe);
}

function scopeAt(document: ParsedDocument, path: Pointer): Scope {
  const machine = machineOf(document);
  const scope = stateAround(machine, path)?.scope;
  const own = lastToken(path) === "StartAt" ? machine.scopes.get(parentOf(path)) : undefined;
  return own ?? scope ?? machine.root;
}

function createTarget(path: Pointer, name: string): Repair {
  return repair(`Add a state called ${name}`, (document) => {
    const added = addLoose(document, scopeAt(document, path), { name, body: { Type: "Pass" } });
    const [pointer = ""] = added.select ?? [];
    return { ...andThen(added, `add ${name}`, (both) => setValue(both, path, lastToken(pointer), "")), select: [pointer] };
  });
}

function mustFind(document: ParsedDocument, path: Pointer): State {
  const state = machineOf(document).states.get(path);
  if (state === undefined) throw new EditRefused("That state is no longer in the definition.");
  return state;
}

/** The state before it that the text ends a path at: the one that most likely was to lead here. */
function endingBefore(document: ParsedDocument, path: Pointer): State | undefined {
  const state = machineOf(document).states.get(path);
  const siblings = [...(state?.scope.states.values() ?? [])];
  const before = siblings.slice(0, siblings.findIndex(({ pointer }) => pointer === path));
  return before.findLast(({ node, type }) => hasNext(type) && child(node, "End") !== undefined);
}

function unreachable(document: ParsedDocument, path: Pointer): Repair[] {
  const name = lastToken(path);
  const before = endingBefore(document, path);
  const deleting = repair(`Delete ${name}`, (current) => deleteStates(current, [path]));
  if (before === undefined) return [deleting];
  return [repair(`Lead ${before.name} to it`, (current) => reconnect(current, [join(before.pointer, "End")], path)), deleting];
}

function renamed(document: ParsedDocument, path: Pointer): Repair {
  const name = uniqueName(lastToken(path), namesIn(machineOf(document)));
  return repair(`Rename it to ${name}`, (current) => renameState(current, path, name));
}

const DEFAULTS: Record<string, JsonValue> = {
  States: {}, Type: "Pass", Resource: "arn:aws:states:::lambda:invoke", ErrorEquals: ["States.ALL"], Condition: "{% true %}", Variable: "$",
  Choices: [], Branches: [{ ...EMPTY_BRANCH }], ItemProcessor: { ...EMPTY_BRANCH }, ExecutionType: "STANDARD", Seconds: 1, TimeoutSeconds: 3600, RoleArn: "",
}; // prettier-ignore

function defaultOf(document: ParsedDocument, path: Pointer, field: string): JsonValue {
  if (field === "StartAt") return firstName(nodeAt(document, path));
  if (field === "Next" || field === "Default") return otherName(document, path);
  return DEFAULTS[field] ?? "";
}

function firstName(scope: Node | undefined): string {
  const [first] = child(scope, "States")?.children ?? [];
  return String(first?.children?.[0]?.value ?? "");
}

/** The state that comes next in the text. */
function otherName(document: ParsedDocument, path: Pointer): string {
  const state = stateAround(machineOf(document), path);
  const names = [...(state?.scope.states.keys() ?? [])];
  return names[names.indexOf(state?.name ?? "") + 1] ?? names.find((name) => name !== state?.name) ?? "";
}

function adding(document: ParsedDocument, path: Pointer, fields: string[]): Repair {
  const words = fields.length === 1 ? fields[0] ?? "" : fields.join(" and ");
  return repair(`Add ${words}`, (current) =>
    fields.reduce<Edit>(
      (edit, field) => andThen(edit, edit.label, (now) => setValue(now, join(path, field), defaultOf(now, path, field), edit.label)),
      { text: current.text, label: `add ${words} to ${placeOf(document, path)}` },
    ),
  );
}

function onward(document: ParsedDocument, path: Pointer): Repair[] {
  const name = lastToken(path);
  const siblings = [...mustFind(document, path).scope.states.keys()];
  const next = siblings[siblings.indexOf(name) + 1];
  const adds = (label: string, words: string, field: string, value: JsonValue): Repair =>
    repair(label, (current) => edited(current, words, [addField(current, mustFind(current, path).node, field, value)]));
  const ends = adds("End the path here", `end at ${name}`, "End", true);
  return next === undefined ? [ends] : [adds(`Go on to ${next}`, `lead ${name} to ${next}`, "Next", next), ends];
}

function keeping(path: Pointer, field: string, fields: readonly string[]): Repair {
  return repair(`Keep ${field}`, (document) => {
    // A finding is at the object, or at the member that excludes another.
    const at = propertyOf(nodeAt(document, path), field) === undefined ? parentOf(path) : path;
    const object = nodeAt(document, at);
    const gone = fields.filter((other) => other !== field).map((other) => object?.children?.findIndex((member) => member.children?.[0]?.value === other) ?? -1);
    const edits = object === undefined ? [] : removeMembers(object, gone.filter((index) => index >= 0));
    return edited(document, `keep ${field} of ${fields.join(" and ")} in ${placeOf(document, path)}`, edits);
  });
}

/** The object that has the member `field`: the finding is at the object, or at the member itself. */
function holderOf(document: ParsedDocument, path: Pointer, field: string): Pointer {
  return propertyOf(nodeAt(document, path), field) === undefined ? parentOf(path) : path;
}

function renaming(holder: Pointer, field: string, name: string, isSafe: boolean): Repair {
  return repair(
    `Rename it to ${name}`,
    (document) => {
      const value = child(nodeAt(document, holder), field);
      if (value === undefined) throw new EditRefused(`There is no ${field} here any more.`);
      return edited(document, `rename ${field} to ${name}`, [renameKey(value, name)]);
    },
    isSafe,
  );
}

function removing(path: Pointer, isSafe: boolean): Repair {
  return repair(`Remove ${lastToken(path)}`, (document) => removeValue(document, path, `remove ${lastToken(path)} from ${placeOf(document, parentOf(path))}`), isSafe);
}

/** What the other language calls the same thing. */
const COUNTERPARTS: Record<string, string> = { Parameters: "Arguments", ItemsPath: "Items" };

function otherLanguage(document: ParsedDocument, path: Pointer, wanted: "JSONPath" | "JSONata"): Repair[] {
  const state = stateAround(machineOf(document), path);
  const field = lastToken(path);
  const remove = removing(path, false);
  if (state === undefined) return [remove];
  const topIsJsonata = stringOf(child(document.root, "QueryLanguage")) === "JSONata";
  const sets = repair(`Write ${state.name} in ${wanted}`, (current) =>
    setValue(current, join(state.pointer, "QueryLanguage"), wanted, `write ${state.name} in ${wanted}`),
  );
  if (wanted === "JSONata") return [sets, remove];
  return [...converted(document, path, field), ...(topIsJsonata ? [] : [sets]), remove];
}

/** A field of JSONPath in a state in JSONata, where what it says can be said in JSONata without more ado. */
function converted(document: ParsedDocument, path: Pointer, field: string): Repair[] {
  const node = nodeAt(document, path);
  const to = COUNTERPARTS[field] ?? (field.endsWith("Path") && !/^(Input|Output|Result)Path$/.test(field) ? field.slice(0, -4) : undefined);
  if (node === undefined || to === undefined || child(nodeAt(document, parentOf(path)), to) !== undefined) return [];
  const value = inJsonata(valueOf(node), field.endsWith("Path"));
  if (value === undefined) return [];
  return [
    repair(`Convert it to ${to}`, (current) => {
      const now = nodeAt(current, path);
      if (now === undefined) throw new EditRefused(`There is no ${field} here any more.`);
      return edited(current, `convert ${field} to ${to} in ${placeOf(current, path)}`, [replaceProperty(current, now, to, value)]);
    }),
  ];
}

/** The handler that holds the value at `path` behind the others of its list. */
function toTheEnd(document: ParsedDocument, path: Pointer): Repair {
  const tokens = tokensOf(path);
  const at = tokens.findLastIndex((token) => token === "Retry" || token === "Catch");
  const list = join("", ...tokens.slice(0, at + 1));
  const last = (nodeAt(document, list)?.children?.length ?? 1) - 1;
  const label = `move States.ALL to the end of ${tokens[at] ?? ""} in ${placeOf(document, path)}`;
  return repair("Move it to the end", (current) => moveItem(current, list, Number(tokens[at + 1]), last, label), true);
}

function withoutDuplicate(document: ParsedDocument, path: Pointer, key: string, index: number): Repair {
  const isState = machineOf(document).states.has(join(path, key));
  const fresh = uniqueName(key, namesIn(machineOf(document)));
  return isState
    ? repair(`Rename this one to ${fresh}`, (current) => {
        const value = nodeAt(current, path)?.children?.[index]?.children?.[1];
        if (value === undefined) throw new EditRefused("It is no longer there.");
        return edited(current, `rename the first ${key} to ${fresh}`, [renameKey(value, fresh)]);
      })
    : repair(
        "Remove this one",
        (current) => {
          const value = nodeAt(current, path)?.children?.[index]?.children?.[1];
          return edited(current, `remove ${key}, which stood twice`, value === undefined ? [] : removeMember(value));
        },
        true,
      );
}

/** Choices without a Default: for the cursor in one, for nothing is wrong with it. */
export function offersAt(document: ParsedDocument, path: Pointer): Repair[] {
  const state = stateAround(machineOf(document), path);
  if (state?.type !== "Choice" || child(state.node, "Default") !== undefined) return [];
  return [
    repair(`Add a Default to ${state.name}`, (current) =>
      setValue(current, join(state.pointer, "Default"), otherName(current, state.pointer), `add a default to ${state.name}`),
    ),
  ];
}

/** One step for all of them. From the end of the text to its beginning, so that no edit moves what another is about. */
export function repairAll(document: ParsedDocument, findings: readonly Finding[], label: string): Edit {
  const ordered = [...findings].sort((a, b) => (nodeAt(document, b.path)?.offset ?? 0) - (nodeAt(document, a.path)?.offset ?? 0));
  return ordered.reduce<Edit>(
    (edit, finding) =>
      andThen(edit, label, (now) => {
        const safe = repairsFor(now, finding).find(({ isSafe }) => isSafe);
        return safe === undefined ? { text: now.text, label } : safe.edit(now);
      }),
    { text: document.text, label },
  );
}

