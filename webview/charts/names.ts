/** Whether an x axis bears names rather than numbers. */
import type { FigureData } from './figure';
import { t } from '../words';

/** Names may have to be turned. */
export function hasNames({ id, x }: Pick<FigureData, 'id' | 'x'>): boolean {
  return id === 'layers' || x.title === t('checkpoint');
}
