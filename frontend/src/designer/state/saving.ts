/** Saving and deploying: everything that leaves the page for good. */

import { valueOf, type JsonObject } from "../../asl/document";
import { ApiError, deploy, saveRevision, type Conflict, type Deployment, type DeploymentOptions, type Diagnostic } from "../api";
import { announce, markSaved, openDialog, useDesigner } from "./store";

/** Save as a new revision on `base`; a newer revision in between opens the dialog that asks what to do. */
export async function save(comment: string, base = useDesigner.getState().base.number): Promise<boolean> {
  const { text, boot } = useDesigner.getState();
  useDesigner.setState({ saving: true });
  try {
    const yaml = await yamlInStep();
    const { number } = await saveRevision(boot.urls.revisions, { definition: text, ...(yaml === "" ? {} : { yaml }), comment, base_revision: base, ...renamedStates() });
    markSaved(number, text);
    announce(`Saved as revision ${String(number)}`);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409) openDialog({ kind: "conflict", conflict: error.body as Conflict, comment });
    else announce(`Not saved: ${error.message}`, "error");
    return false;
  } finally {
    useDesigner.setState({ saving: false });
  }
}

/** New names by those in the saved revision, of the states that something is said of. */
function renamedStates(): { renamed?: Record<string, string> } {
  const { comments } = useDesigner.getState();
  const pairs = comments.flatMap(({ saved, state }) => (saved === undefined || saved === state ? [] : [[saved, state] as const]));
  return pairs.length === 0 ? {} : { renamed: Object.fromEntries(pairs) };
}

/** The YAML that goes with the text, brought to say what the text says; "" where nobody wrote any. */
async function yamlInStep(): Promise<string> {
  const { yaml, good, text, problems } = useDesigner.getState();
  if (yaml === "" || problems.length > 0 || good.text !== text) return "";
  const { syncYaml } = await import("../code/yaml/sync");
  const synced = syncYaml(yaml, valueOf(good.root) as JsonObject);
  useDesigner.setState({ yaml: synced });
  return synced;
}

/** Save from a dialog of its own; one that found somebody else's revision stays to ask. */
export async function saveAndClose(comment: string, base?: number): Promise<void> {
  if (await save(comment, base)) openDialog(undefined);
}

export interface DeployFailure {
  message: string;
  stage: string;
  errors: Diagnostic[];
  /** At the stage "configure": what was done besides the definition. */
  done: string[];
}

const STAGES: Record<string, string> = {
  connect: "The environment can't be reached",
  validate: "The definition was refused",
  review: "It isn't approved",
  drift: "It was changed there",
  create: "The state machine was not created",
  update: "The state machine was not updated",
  configure: "Deployed, but not complete",
};

export function stageWords(stage: string): string {
  return STAGES[stage] ?? "Not deployed";
}

/** Deploy the saved revision; what AWS finds wrong is put where it belongs and answered as a failure. */
export async function deployRevision(environment: number | string, roleArn: string, options: DeploymentOptions, overwrite = false): Promise<Deployment | DeployFailure> {
  const { boot, base } = useDesigner.getState();
  const order = { revision: base.number, environment, options, ...(roleArn === "" ? {} : { role_arn: roleArn }), ...(overwrite ? { overwrite } : {}) };
  try {
    const deployment = await deploy(boot.urls.deployments, order);
    useDesigner.setState({ deployment, deployProblems: deployment.warnings });
    announce(`Revision ${String(deployment.revision)} deployed`);
    return deployment;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const body = (error.body ?? {}) as { errors?: Diagnostic[]; stage?: string; done?: string[] };
    const errors = (body.errors ?? []).filter((found) => typeof found.message === "string");
    useDesigner.setState({ deployProblems: errors.map((found) => ({ ...found, path: found.path ?? "" })) });
    return { message: error.message, stage: body.stage ?? "", errors, done: body.done ?? [] };
  }
}

export function download(): void {
  const { text, boot } = useDesigner.getState();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `${boot.machine.name}.asl.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
