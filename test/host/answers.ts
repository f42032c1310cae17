/** Answers for the editor's pickers and messages, given in place of a person. */
import * as vscode from 'vscode';

type Item = vscode.QuickPickItem;
type Answer = (items: Item[]) => Item | Item[] | undefined;

/** Answers the pickers that open from now on, one after the other; those beyond the list are closed. */
export function answerPicks(answers: Answer[], check?: (options: vscode.QuickPickOptions | undefined) => void) {
  const { showQuickPick } = vscode.window;
  const shown: Item[][] = [];
  const stub = async (offered: unknown, options?: vscode.QuickPickOptions): Promise<unknown> => {
    const items = (await offered) as Item[];
    shown.push(items);
    if (shown.length === 1) check?.(options);
    return answers[shown.length - 1]?.(items);
  };
  vscode.window.showQuickPick = stub as unknown as typeof showQuickPick;
  const restore = (): void => void (vscode.window.showQuickPick = showQuickPick);
  const fail = (error: unknown): never => {
    restore();
    throw error;
  };
  return { shown, restore, fail };
}

/** Answers the messages that appear from now on by one of their buttons. */
export function answerMessages(answer: (message: string) => string | undefined) {
  const { showInformationMessage } = vscode.window;
  const messages: string[] = [];
  const stub = async (message: string): Promise<unknown> => {
    messages.push(message);
    return answer(message);
  };
  vscode.window.showInformationMessage = stub;
  return { messages, restore: (): void => void (vscode.window.showInformationMessage = showInformationMessage) };
}
