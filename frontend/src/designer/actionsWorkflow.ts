/** Actions about the workflow as a whole that leave the canvas: what it costs, pictures of it, review, sharing, import. */

import { Banknote, BookOpenText, FileUp, History, Image, MessagesSquare, Rocket, Share2 } from "lucide-react";

import type { Action } from "./actions";
import { graphOf } from "./state/derive";
import { announce, openDialog, type DesignerState } from "./state/store";

const always = (): boolean => true;
const hasStates: Action["enabled"] = (state) => graphOf(state.good).nodes.size > 0;
const go = (path: string) => ({ boot }: DesignerState): void => window.location.assign(`/workflows/${String(boot.machine.id)}/${path}`);

function savePicture(state: DesignerState, format: "svg" | "png"): void {
  const of = { graph: graphOf(state.good), direction: state.direction, collapsed: state.collapsed, title: state.boot.machine.name };
  import("../graph/pictureFile")
    .then(({ downloadPicture }) => downloadPicture(of, format))
    .catch((error: unknown) => announce(`No picture was made: ${error instanceof Error ? error.message : String(error)}`, "error"));
}

export const WORKFLOW_ACTIONS: readonly Action[] = [
  { id: "import", label: "Import a definition", icon: FileUp, group: "Workflow", enabled: ({ boot }) => boot.permissions.design, perform: () => openDialog({ kind: "import" }) },
  { id: "svg", label: "Download the drawing as SVG", icon: Image, group: "Workflow", enabled: hasStates, perform: (state) => savePicture(state, "svg") },
  { id: "png", label: "Download the drawing as PNG", icon: Image, group: "Workflow", enabled: hasStates, perform: (state) => savePicture(state, "png") },
  { id: "cost", label: "What a run costs", icon: Banknote, group: "Workflow", enabled: hasStates, perform: () => openDialog({ kind: "cost" }) },
  { id: "review-revision", label: "Comments and review of the revision", icon: MessagesSquare, group: "Workflow", enabled: always, perform: (state) => go(`revisions/${String(state.base.number)}/`)(state) },
  { id: "history", label: "Revisions, and exports to other tools", icon: History, group: "Workflow", enabled: always, perform: go("revisions/") },
  { id: "deployments", label: "Deployments and aliases", icon: Rocket, group: "Workflow", enabled: always, perform: go("deployments/") },
  { id: "plain", label: "Read it in plain words", icon: BookOpenText, group: "Workflow", enabled: always, perform: go("plain/") },
  { id: "share", label: "Share a link to it", icon: Share2, group: "Workflow", enabled: ({ boot }) => boot.permissions.design, perform: go("sharing/") },
];
