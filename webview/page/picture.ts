/** From a figure's vector picture to what leaves the page: colours that stand by themselves, pixels. */
import { PRINT_COLOURS, type Picture, type PictureColours } from '../charts/picture-frame';
import type { Palette } from '../theme';

/** Pixels of a PNG for each of the picture's own. */
const SHARPNESS = 2;

/** The theme's colours as every program understands them: the page's own may be formulas on top of each other. */
export function pictureColours(palette: Palette, print: boolean): PictureColours {
  if (print) return PRINT_COLOURS;
  const context = canvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  const over = (colour: string, ground?: string): string => {
    context.clearRect(0, 0, 1, 1);
    for (const layer of ground === undefined ? [colour] : [ground, colour]) {
      context.fillStyle = layer;
      context.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const surface = over(palette.surface);
  const onSurface = (colour: string): string => over(colour, surface);
  return {
    series: palette.series.map(onSurface),
    foreground: onSurface(palette.foreground),
    muted: onSurface(palette.muted),
    grid: onSurface(palette.grid),
    limit: onSurface(palette.limit),
    surface,
  };
}

/** The picture as a PNG, twice as sharp: a data URL. */
export async function pngOf({ svg, width, height }: Picture): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const sheet = canvas(width * SHARPNESS, Math.ceil(height) * SHARPNESS);
  sheet.getContext('2d')!.drawImage(image, 0, 0, sheet.width, sheet.height);
  return sheet.toDataURL('image/png');
}

/** Puts a PNG on the clipboard. Fails where the browser does not let the page. */
export async function copyPng(png: Promise<string>): Promise<void> {
  const blob = png.then((url) => {
    const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (character) => character.charCodeAt(0));
    return new Blob([bytes], { type: 'image/png' });
  });
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
}

function canvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}
