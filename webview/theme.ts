/** The editor's theme as the charts need it: `--nc-*` tokens of styles.css, which stand on `--vscode-*`. */

export interface Palette {
  /** Colours of the curves of one figure, in order. */
  series: readonly string[];
  foreground: string;
  muted: string;
  grid: string;
  /** The line of the value at perfect collapse. */
  limit: string;
  /** Behind the chart: fills hollow points and label backgrounds. */
  surface: string;
  font: string;
  fontSize: number;
}

const SERIES = ['--nc-series-1', '--nc-series-2', '--nc-series-3', '--nc-series-4'];

export function readPalette(): Palette {
  const styles = getComputedStyle(document.body);
  const token = (name: string): string => styles.getPropertyValue(name).trim();
  return {
    series: SERIES.map(token),
    foreground: token('--nc-foreground'),
    muted: token('--nc-muted'),
    grid: token('--nc-grid'),
    limit: token('--nc-limit'),
    surface: token('--nc-surface'),
    font: styles.fontFamily,
    fontSize: Number.parseFloat(styles.fontSize) || 13,
  };
}

/** Calls back once per change of theme. VS Code rewrites the root's style and the body's class and data attributes. */
export function observeTheme(changed: () => void): void {
  let waiting = false;
  const observer = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      changed();
    });
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  const body = ['style', 'class', 'data-vscode-theme-kind', 'data-vscode-theme-id'];
  observer.observe(document.body, { attributes: true, attributeFilter: body });
}

/** Smooth scrolling only for those who have not asked for calm. */
export function scrollBehavior(): ScrollBehavior {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
}
