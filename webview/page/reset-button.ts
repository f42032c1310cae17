/** Leads back from a part of an axis to all of it. */
import { textButton } from '../element';
import { t } from '../words';

export function resetButton(reset: () => void): HTMLButtonElement {
  const button = textButton('link reset-zoom', t('Reset zoom'), reset);
  button.hidden = true;
  return button;
}
