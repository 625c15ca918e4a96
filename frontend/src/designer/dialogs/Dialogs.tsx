/** The dialog that is open, if one is. Those that aren't asked for at every turn come when they are. */

import { lazy, Suspense } from "react";

import { useDesigner, type Dialog } from "../state/store";
import { SaveDialog } from "./SaveDialog";
import { CommentDialog, ConnectDialog } from "./StateDialogs";

const DeployDialog = lazy(() => import("./DeployDialog"));
const DraftDialog = lazy(() => import("./DraftDialog"));
const ImportDialog = lazy(() => import("./ImportDialog"));
const MergeDialog = lazy(() => import("./MergeDialog"));
const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"));

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
    case "comment":
      return <CommentDialog pointer={dialog.pointer} />;
    case "connect":
      return <ConnectDialog from={dialog.from} errors={dialog.errors === true} />;
    case "draft":
      return <DraftDialog drafts={dialog.drafts} />;
    case "import":
      return <ImportDialog name={dialog.name} text={dialog.text} />;
  }
}
