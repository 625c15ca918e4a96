/** What the server knows of actions: Resource ARNs by search, the members of what an action takes, its words. */

import { ApiError, searchCatalogue, type CatalogueAction } from "../api";
import { ask, membersOf, type ActionShapes, type Shape } from "../catalogue/shapes";
import { useDesigner } from "../state/store";
import type { Choice } from "./completion";
import type { Standing } from "./role";

const MOST = 60;

async function unlessAway<T>(asking: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    // The catalogue being away must not disturb typing.
    if (error instanceof ApiError) return otherwise;
    throw error;
  }
}

/** "arn:aws:states:::aws-sdk:sqs:sendM" is a search for sqs sendM. */
function wordsIn(typed: string): string {
  const tail = typed.replace(/^(a|ar|arn|arn:.*):?:?/, (start) => (start.includes(":::") ? typed.slice(typed.indexOf(":::") + 3) : ""));
  return tail.replaceAll(/[:.]/g, " ").replace(/^aws-sdk /, "").trim();
}

export async function resourcesLike(typed: string): Promise<Choice[]> {
  const { boot } = useDesigner.getState();
  const controller = new AbortController();
  const { actions } = await unlessAway(searchCatalogue(boot.urls.catalogue, wordsIn(typed), MOST, controller.signal), { actions: [] as CatalogueAction[] });
  return actions.flatMap((action) =>
    action.patterns.map((pattern) => ({
      label: `${action.resource}${pattern === "" ? "" : `.${pattern}`}`,
      type: action.optimized ? "function" : "method",
      detail: action.service_title,
      info: action.summary,
    })),
  );
}

export async function actionOf(resource: string): Promise<ActionShapes | undefined> {
  const { boot } = useDesigner.getState();
  if (!resource.startsWith("arn:")) return undefined;
  return unlessAway<ActionShapes | undefined>(ask(boot.urls.catalogue, resource), undefined);
}

/** The shape that the names lead to, in what the action takes. */
function shapeAlong(action: ActionShapes, path: readonly string[]): Shape | undefined {
  let shape = action.input === null ? undefined : action.shapes[action.input];
  for (const name of path) {
    if (shape?.type === "structure") shape = action.shapes[shape.members.find((member) => member.name === name)?.shape ?? ""];
    else if (shape?.type === "list") shape = action.shapes[shape.member];
    else if (shape?.type === "map") shape = action.shapes[shape.value];
    else return undefined;
  }
  return shape;
}

const INPUTS = new Set(["Parameters", "Arguments"]);

async function shapeHere({ payload, state }: Standing): Promise<{ action: ActionShapes; shape: Shape | undefined } | undefined> {
  const resource = state?.members.get("Resource");
  if (payload === undefined || resource === undefined || !INPUTS.has(payload.field)) return undefined;
  const action = await actionOf(resource);
  return action === undefined ? undefined : { action, shape: shapeAlong(action, payload.path) };
}

const BY_TYPE: Record<string, string> = { structure: "{\n\t${}\n}", map: "{\n\t${}\n}", list: "[${}]", json: "{\n\t${}\n}", integer: "${1}", number: "${1}", boolean: "${true}" };

/** Members that the action takes here; in JSONPath each of them also as one that is read from the data. */
export async function payloadMembers(standing: Standing): Promise<Choice[]> {
  const here = await shapeHere(standing);
  if (here === undefined) return [];
  const { action, shape } = here;
  return membersOf(shape).flatMap(({ name, shape: kind, required, doc }) => {
    const type = action.shapes[kind]?.type ?? "string";
    const choice: Choice = { label: name, type: "property", detail: required === true ? `${type}, required` : type, info: doc, boost: required === true ? 2 : 0, value: BY_TYPE[type] ?? '"${}"' };
    const read: Choice = { ...choice, label: `${name}.$`, detail: "read from the data", value: '"$.${}"', boost: -1 };
    return standing.language === "JSONPath" ? [choice, read] : [choice];
  });
}

/** The values that an enumeration has. */
export async function payloadValues(standing: Standing, token: string): Promise<Choice[]> {
  const here = await shapeHere(standing);
  const member = membersOf(here?.shape).find(({ name }) => name === token);
  const shape = member === undefined ? undefined : here?.action.shapes[member.shape];
  const choices = shape !== undefined && "enum" in shape ? (shape.enum ?? []) : [];
  return choices.map((label) => ({ label, type: "enum" }));
}

/** What is said of a member of an action's parameters. */
export async function memberWords(standing: Standing, name: string): Promise<string | undefined> {
  const here = await shapeHere(standing);
  return membersOf(here?.shape).find((member) => member.name === name.replace(/\.\$$/, ""))?.doc;
}
