/** Composes the extension and registers its commands. */
import * as vscode from 'vscode';
import { EnginePool } from './driver/engine-pool';
import { chooseLayers } from './host/choose-layers';
import { compareRuns, compareWith } from './host/compare-runs';
import { createRunManifest } from './host/create-manifest';
import { CurrentRun } from './host/current-run';
import { Experiments } from './host/experiments';
import { exportReport } from './host/export-report';
import { FileEditor } from './host/file-editor';
import { inspectCommand, type InspectServices } from './host/inspect-command';
import { Log } from './host/log';
import { ManifestDiagnostics } from './host/manifest-diagnostics';
import { ManifestHover } from './host/manifest-hover';
import { MetricExplainer } from './host/metric-explainer';
import { showMetric } from './host/metric-picker';
import { openReport } from './host/open-report';
import { overrideModel } from './host/override-model';
import { Panels } from './host/panels';
import { PaperReference } from './host/paper-reference';
import { selectProvider } from './host/provider-picker';
import { copyText, savePicture } from './host/take-away';
import { Watches } from './host/watches';
import type { FromPanel } from './protocol/panel';

export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, subscriptions } = context;
  const log = new Log();
  const engines = new EnginePool({
    program: vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath,
    log: (level, text) => log.engine(level, text),
  });
  const current = new CurrentRun();
  const papers = new PaperReference(extensionUri, current);
  const explainer = new MetricExplainer(extensionUri, current, (message) => void papers.handle(message));
  const panels = new Panels(extensionUri, current, (message: FromPanel, view) => {
    if (message.type === 'exportReport') void exportReport(view, log);
    else if (message.type === 'copyText') void copyText(message);
    else if (message.type === 'savePicture') void savePicture(message, view, log);
    else if (message.type === 'watchRun') watches.startIn(view);
    else if (message.type === 'stopWatching') watches.stop(view);
    else if (message.type === 'compareRuns') void compareWith(view, panels, services);
    else if (message.type === 'dropRun') view.compare(view.others.filter(({ id }) => id !== message.run));
    else void papers.handle(message);
  });
  const experiments = new Experiments(extensionUri, engines, log, (message) => void papers.handle(message));
  const services: InspectServices = {
    engines,
    log,
    openView: (origin, title) => panels.open(origin, title),
    onCancel: (view, cancel) => panels.onCancel(view, cancel),
  };
  const watches = new Watches(context.workspaceState, panels, services);
  const command = (id: string, work: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`neuralCollapse.${id}`, work);
  const openSampleRun = () => inspectCommand('run', vscode.Uri.joinPath(extensionUri, 'media', 'sample-run'), services);

  subscriptions.push(
    log,
    // Before the panels: what is watched is remembered when the window closes.
    watches,
    engines,
    papers,
    explainer,
    panels,
    experiments,
    new ManifestDiagnostics(log),
    new ManifestHover(),
    new FileEditor(extensionUri, services, (message) => void papers.handle(message)),
    command('inspectCheckpoint', (resource) => inspectCommand('checkpoint', resource, services)),
    command('inspectRun', (resource) => inspectCommand('run', resource, services)),
    command('inspectActivations', (resource) => inspectCommand('activations', resource, services)),
    command('watchRun', (resource) => watches.start(resource)),
    command('stopWatching', () => watches.stop()),
    command('showWatchedRun', () => watches.show()),
    command('compareRuns', (resource, selected) => compareRuns(resource, selected, panels, services)),
    command('openReport', (resource) => openReport(resource, panels, log)),
    command('createManifest', (resource) => createRunManifest(resource, services)),
    command('chooseLayers', (resource) => chooseLayers(resource, current, services)),
    command('overrideModel', (resource) => overrideModel(resource, current, services)),
    command('showMetric', () => showMetric(current)),
    command('explainMetric', (metric) => explainer.open(metric)),
    command('selectProvider', () => engines.use(selectProvider).catch((error: unknown) => log.report(error))),
    command('openPaper', (paper) => papers.open(paper)),
    command('reproducePaper', (paper) => experiments.reproduce(paper)),
    command('openSampleRun', openSampleRun),
    command('exportReport', (target) =>
      exportReport(current.active, log, target instanceof vscode.Uri ? target : undefined),
    ),
  );
  // Set by `npm start`, whose workspace is a copy of the sample run: a newcomer sees the panel without a click.
  if (process.env['NEURAL_COLLAPSE_OPEN_SAMPLE'] === '1') {
    void inspectCommand('run', vscode.workspace.workspaceFolders?.[0]?.uri, services);
  }
}
