/** Deploy the saved revision to an environment; what was refused is said here and shown where it belongs. */

import { useEffect, useState } from "react";

import { ApiError, planDeployment, type Deployment, type DeploymentOptions } from "../api";
import { SelectInput } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { RoleField } from "./RoleField";
import { chosenBefore, DeployOptions } from "./DeployOptions";
import { deployRevision, save, stageWords, type DeployFailure } from "../state/saving";
import { openDialog, unsavedCount, useDesigner } from "../state/store";

const close = (): void => openDialog(undefined);

export default function DeployDialog() {
  const state = useDesigner();
  const { boot, environment } = state;
  const [roleArn, setRoleArn] = useState("");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Deployment | DeployFailure>();
  const [sure, setSure] = useState(false);
  const [overwrite, setOverwrite] = useState(false);
  const [options, setOptions] = useState<DeploymentOptions>(() => chosenBefore(boot.machine.deployments.find((each) => each.environment === environment)?.options));
  const chosen = boot.environments.find(({ id }) => id === environment);
  const unsaved = unsavedCount(state) > 0;
  const failure = outcome !== undefined && "stage" in outcome ? outcome : undefined;
  const deployment = outcome !== undefined && "arn" in outcome ? outcome : undefined;

  const start = async (): Promise<void> => {
    if (environment === undefined) return;
    setBusy(true);
    setOutcome(undefined);
    try {
      if (unsaved && !(await save(""))) return;
      setOutcome(await deployRevision(environment, roleArn.trim(), options, overwrite));
    } finally {
      setBusy(false);
    }
  };

  if (deployment !== undefined) return <Deployed deployment={deployment} />;
  const blocked = chosen?.production === true && !sure;
  return (
    <Dialog
      title="Deploy"
      onClose={close}
      onSubmit={() => void start()}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy || environment === undefined || blocked}>
            {busy ? "Deploying" : unsaved ? "Save and deploy" : `Deploy revision ${String(state.base.number)}`}
          </button>
        </>
      }
    >
      {boot.environments.length === 0 ? (
        <p className="text-s">There is no environment yet. Add one under Environments.</p>
      ) : (
        <SelectInput
          label="Environment"
          value={String(environment ?? "")}
          options={boot.environments.map(({ id, name, kind, region, account }) => ({
            value: String(id),
            label: kind === "embedded" ? `${name} (on this machine)` : `${name} (${[account, region].filter(Boolean).join(", ")})`,
          }))}
          onChange={(value) => {
            const next = boot.environments.find(({ id }) => String(id) === value)?.id;
            setOverwrite(false);
            setOutcome(undefined);
            useDesigner.setState({ environment: next });
            setOptions(chosenBefore(boot.machine.deployments.find((each) => each.environment === next)?.options));
          }}
        />
      )}
      <RoleField key={`role-${String(environment)}`} environment={chosen} options={options} value={roleArn} onChange={setRoleArn} />
      <DeployOptions key={String(environment)} value={options} onChange={setOptions} />
      <Steps roleArn={roleArn.trim()} options={options} />
      {chosen?.production === true ? (
        <label className="flex items-center gap-2 text-s">
          <input type="checkbox" className="checkbox checkbox-sm" checked={sure} onChange={({ target }) => setSure(target.checked)} />
          {chosen.name} is a production environment. Deploy to it.
        </label>
      ) : null}
      {unsaved ? <p className="text-xs text-ink-2">What isn't saved is saved as revision {state.base.number + 1} first.</p> : null}
      {failure === undefined ? null : <Failure failure={failure} />}
      {failure?.stage === "drift" || overwrite ? (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-s">
          <label className="flex items-center gap-2">
            <input type="checkbox" className="checkbox checkbox-sm" checked={overwrite} onChange={({ target }) => setOverwrite(target.checked)} />
            Overwrite what was changed there
          </label>
          <a href={`/workflows/${String(boot.machine.id)}/compare/?from=r${String(state.base.number)}&to=e${String(environment)}`}>Compare with what runs there</a>
        </div>
      ) : null}
    </Dialog>
  );
}

/** What pressing the button will do, asked of the server as the form changes. */
function Steps({ roleArn, options }: { roleArn: string; options: DeploymentOptions }) {
  const environment = useDesigner((state) => state.environment);
  const revision = useDesigner((state) => state.base.number);
  const url = useDesigner((state) => state.boot.urls.deployments);
  const [said, setSaid] = useState<{ steps: string[] } | { refusal: string }>({ steps: [] });
  useEffect(() => {
    if (environment === undefined) return;
    const stopper = new AbortController();
    const timer = setTimeout(() => {
      planDeployment(url, { revision, environment, options, ...(roleArn === "" ? {} : { role_arn: roleArn }) }, stopper.signal)
        .then(setSaid)
        .catch((error: unknown) => {
          if (!stopper.signal.aborted && error instanceof ApiError) setSaid({ refusal: error.message });
        });
    }, 250);
    return () => {
      stopper.abort();
      clearTimeout(timer);
    };
  }, [url, revision, environment, roleArn, options]);
  if ("refusal" in said) return <p className="text-s text-fail-ink">{said.refusal}</p>;
  if (said.steps.length === 0) return null;
  return (
    <ol aria-label="Steps" className="flex list-decimal flex-col gap-1 pl-5 text-xs break-words text-ink-2">
      {said.steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}

function Failure({ failure }: { failure: DeployFailure }) {
  return (
    <div role="alert" className="rounded-box border border-fail-line bg-fail-wash px-3 py-2.5 text-s flex flex-col gap-1.5">
      <p className="text-fail-ink font-medium">{stageWords(failure.stage)}</p>
      <p>{failure.message}</p>
      {failure.done.length > 0 ? <p className="text-xs text-ink-2">Done before: {failure.done.join("; ")}.</p> : null}
      {failure.errors.length === 0 ? null : (
        <>
          <ul className="list-disc pl-5 text-xs flex flex-col gap-1">
            {failure.errors.slice(0, 5).map((error, index) => (
              <li key={index}>{error.message}</li>
            ))}
          </ul>
          <p className="text-xs text-ink-2">They're marked on the canvas, in the definition and in the problems strip.</p>
        </>
      )}
    </div>
  );
}

function Deployed({ deployment }: { deployment: Deployment }) {
  const { boot } = useDesigner();
  return (
    <Dialog
      title={deployment.created ? "Deployed: state machine created" : "Deployed: state machine updated"}
      onClose={close}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Close
          </button>
          {boot.permissions.operate ? (
            <a className="btn btn-primary" href={boot.urls.execution_new} data-autofocus>
              Start execution
            </a>
          ) : null}
        </>
      }
    >
      <p className="text-s">Revision {deployment.revision} runs as</p>
      <code className="code block whitespace-normal break-all rounded-field bg-sunk border border-base-300 p-2">{deployment.arn}</code>
      {deployment.done.length === 0 ? null : <p className="text-s text-ink-2">{deployment.done.join(". ")}.</p>}
      {deployment.warnings.length === 0 ? null : (
        <ul className="list-disc pl-5 text-xs text-retry-ink flex flex-col gap-1">
          {deployment.warnings.map((warning, index) => (
            <li key={index}>{warning.message}</li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
