/** The dialog that is open, if one is; each comes when it is asked for. */

import { lazy, Suspense } from "react";

import { useDesigner, type Dialog } from "../state/store";

const ConvertDialog = lazy(() => import("../code/ConvertDialog"));
const CostDialog = lazy(() => import("./CostDialog"));
const DeployDialog = lazy(() => import("./DeployDialog"));
const DraftDialog = lazy(() => import("./DraftDialog"));
const ImportDialog = lazy(() => import("./ImportDialog"));
const MergeDialog = lazy(() => import("./MergeDialog"));
const SaveDialog = lazy(() => import("./SaveDialog").then((module) => ({ default: module.SaveDialog })));
const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"));
const CommentDialog = lazy(() => import("./StateDialogs").then((module) => ({ default: module.CommentDialog })));
const ConnectDialog = lazy(() => import("./StateDialogs").then((module) => ({ default: module.ConnectDialog })));

export function Dialogs() {
  const dialog = useDesigner((state) => state.dialog);
  return dialog === undefined ? null : (
    <Suspense fallback={null}>
      <Open dialog={dialog} />
    </Suspense>
  );
}

function Open({ dialog }: { dialog: Dialog }) {
  switch (dialog.kind) {
    case "save":
      return <SaveDialog />;
    case "conflict":
      return <MergeDialog conflict={dialog.conflict} comment={dialog.comment} />;
    case "deploy":
      return <DeployDialog />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "convert":
      return <ConvertDialog />;
    case "comment":
      return <CommentDialog pointer={dialog.pointer} />;
    case "connect":
      return <ConnectDialog from={dialog.from} errors={dialog.errors === true} />;
    case "draft":
      return <DraftDialog drafts={dialog.drafts} />;
    case "import":
      return <ImportDialog name={dialog.name ?? ""} text={dialog.text ?? ""} />;
    case "cost":
      return <CostDialog />;
  }
}
