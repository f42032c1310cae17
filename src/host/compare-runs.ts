/** Compare Runs: two or more runs, open, in folders or in reports, over each other in one panel. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../driver/engine-client';
import { emptyReport, inspect } from '../driver/inspection';
import { distinctNames } from '../driver/run-names';
import { Fault } from '../protocol/faults';
import type { ComparedRun } from '../protocol/panel';
import type { Report } from '../protocol/report';
import { readReport } from '../run/read-report';
import { measureRequest } from './inspect-command';
import { REPORT_NAME } from './open-report';
import type { Panels } from './panels';
import { isTrusted, planOf, withEngine, type EngineServices, type Progress } from './planning';
import type { RunView } from './run-view';

/** A run as the picker shows it. */
interface RunItem extends vscode.QuickPickItem {
  target: string;
}

const LIMIT = 500;

/**
 * @param resource the entry of the explorer that was clicked
 * @param selected all entries that are selected there
 * @returns the reports compared, the first one's first
 */
export async function compareRuns(
  resource: unknown,
  selected: unknown,
  panels: Panels,
  services: EngineServices,
): Promise<Report[] | undefined> {
  const uris = (Array.isArray(selected) ? selected : [resource]).filter((uri) => uri instanceof vscode.Uri);
  const given = [...new Set(uris.map(({ fsPath }) => fsPath))];
  const targets = given.length > 1 ? given : await chooseRuns(panels, given);
  if (!targets) return undefined;
  if (targets.length < 2) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Choose at least two runs to compare.'));
    return undefined;
  }
  const runs = await reportsOf(targets, panels, services);
  const [first, ...others] = runs ?? [];
  if (!first || others.length === 0) return undefined;
  // A panel of its own: the runs' own panels stay as they are.
  const key = `compare:${targets.join('|')}`;
  const checkpoints = first.report.checkpoints.length + first.report.failed.length;
  const folder = REPORT_NAME.test(first.id) ? path.dirname(first.id) : first.id;
  const view = panels.open({ target: key, folder, checkpoints }, runs!.map(({ name }) => name).join(' · '));
  view.show({ ...first.report, run: { ...first.report.run, path: first.name } }, others);
  return runs!.map(({ report }) => report);
}

/** Further runs into a panel that shows one already. */
export async function compareWith(view: RunView, panels: Panels, services: EngineServices): Promise<void> {
  const { report, others } = view;
  if (!report) return;
  const shown = [view.origin.target, ...others.map(({ id }) => id)];
  const targets = await chooseRuns(panels, [], shown);
  if (!targets || targets.length === 0) return;
  const runs = await reportsOf(targets, panels, services, [report.run.path, ...others.map(({ name }) => name)]);
  if (runs) view.compare([...others, ...runs]);
}

/** Several at once: open runs, folders of checkpoints and exported reports of the workspace. */
async function chooseRuns(
  panels: Panels,
  picked: readonly string[],
  shown: readonly string[] = [],
): Promise<string[] | undefined> {
  const open = panels.all.filter(({ origin, report }) => report && !origin.target.startsWith('compare:'));
  const items: RunItem[] = open.map(({ origin }) => ({
    label: path.basename(origin.target),
    description: vscode.l10n.t('open'),
    target: origin.target,
  }));
  const add = (target: string, description: string): void => {
    if (items.some((item) => item.target === target)) return;
    items.push({ label: vscode.workspace.asRelativePath(target), description, target });
  };
  const find = (glob: string) =>
    vscode.workspace.findFiles(glob, '**/node_modules/**', LIMIT).then(
      (found) => found.map(({ fsPath }) => fsPath).sort(),
      (): string[] => [],
    );
  for (const model of await find('**/*.onnx')) add(path.dirname(model), vscode.l10n.t('run, to be measured'));
  for (const file of await find('**/*-collapse.json')) add(file, vscode.l10n.t('report'));
  for (const target of picked) add(target, '');
  const browse: RunItem = { label: vscode.l10n.t('$(folder-opened) Browse for report files…'), target: '' };
  const answer = await vscode.window.showQuickPick(
    [...items.filter(({ target }) => !shown.includes(target)), browse].map((item) => ({
      ...item,
      picked: picked.includes(item.target),
    })),
    { title: vscode.l10n.t('Compare runs'), canPickMany: true, matchOnDescription: true },
  );
  if (!answer) return undefined;
  const targets = answer.map(({ target }) => target).filter((target) => target !== '');
  if (answer.length > targets.length) {
    const filters = { [vscode.l10n.t('Collapse report')]: ['json'] };
    const files = await vscode.window.showOpenDialog({ canSelectMany: true, filters });
    targets.push(...(files ?? []).map(({ fsPath }) => fsPath));
  }
  return [...new Set(targets)];
}

/** @returns undefined where a run has no report: what went wrong was shown */
async function reportsOf(
  targets: readonly string[],
  panels: Panels,
  services: EngineServices,
  taken: readonly string[] = [],
): Promise<ComparedRun[] | undefined> {
  const reports = new Map<string, Report>();
  const toMeasure: string[] = [];
  for (const target of targets) {
    const open = panels.find(target)?.report;
    if (open && open.checkpoints.length > 0) reports.set(target, open);
    else if (!(await isFile(target))) toMeasure.push(target);
    else {
      const report = await readReport(target).catch((error: unknown) => void services.log.report(error));
      if (!report) return undefined;
      reports.set(target, report);
    }
  }
  if (toMeasure.length > 0 && !isTrusted()) return undefined;
  if (toMeasure.length > 0) {
    const measured = await withEngine(vscode.l10n.t('comparing runs'), services, async (engine, progress, stop) => {
      for (const target of toMeasure) reports.set(target, await measureAll(engine, target, progress, stop.signal));
      return true;
    });
    if (!measured) return undefined;
  }
  const names = distinctNames(
    targets.map((target) => ({ target, name: reports.get(target)!.run.path })),
    taken,
  );
  return targets.map((id, i) => ({ id, name: names[i]!, report: reports.get(id)! }));
}

async function measureAll(
  engine: EngineClient,
  target: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Report> {
  const plan = await planOf(engine, 'run', target, signal);
  const request = measureRequest(plan);
  const report = await inspect(
    engine,
    request,
    emptyReport(request),
    {
      progress: ({ path: file, checkpoint, checkpoints }) =>
        progress.report({ message: `${path.basename(target)}: ${file} (${checkpoint + 1} of ${checkpoints})` }),
    },
    signal,
  );
  if (report.checkpoints.length === 0)
    throw new Fault('E_NO_DATA', `${path.basename(target)} holds nothing to compare.`);
  return report;
}

function isFile(target: string): Promise<boolean> {
  return stat(target).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
