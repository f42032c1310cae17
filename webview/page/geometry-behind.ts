/** What stands behind each figure of the geometry: its numbers as a table, and its picture for a file. */
import type { FigureTable } from '../charts/figure-table';
import type { BarFigure, MatrixFigure, Missing, SpectrumFigure } from '../charts/geometry-figures';
import { barTable, matrixTable, pictureTable, spectrumTable } from '../charts/geometry-table';
import type { PictureFigure } from '../charts/picture-figure';
import type { Picture, PictureColours } from '../charts/picture-frame';
import { barPicture } from '../charts/vector-bars';
import { type CollapseFrame, collapsePicture } from '../charts/vector-collapse';
import { matrixPicture } from '../charts/vector-matrix';
import { spectrumPicture } from '../charts/vector-spectrum';

export interface Behind {
  /** The checkpoint, in words, where it is not the chosen one. */
  where?: string;
  table(title: string): FigureTable;
  picture(title: string, colours: PictureColours): Picture;
}

export function behindMatrix(figure: MatrixFigure | Missing | undefined): Behind | undefined {
  if (!figure || 'missing' in figure) return undefined;
  return {
    table: (title) => matrixTable(figure, title),
    picture: (title, colours) => matrixPicture(figure, title, colours),
  };
}

export function behindBars(figure: BarFigure | Missing | undefined): Behind | undefined {
  if (!figure || 'missing' in figure) return undefined;
  return {
    table: (title) => barTable(figure, title),
    picture: (title, colours) => barPicture(figure, title, colours),
  };
}

export function behindSpectrum(figure: SpectrumFigure | Missing | undefined): Behind | undefined {
  if (!figure || 'missing' in figure) return undefined;
  return {
    table: (title) => spectrumTable(figure, title),
    picture: (title, colours) => spectrumPicture(figure, title, colours),
  };
}

/** @param where the checkpoint that is drawn, which while the picture plays is not the chosen one */
export function behindPicture(figure: PictureFigure, frame: CollapseFrame, where: string): Behind {
  return {
    where,
    table: (title) => pictureTable(figure, frame.classNames, title),
    picture: (title, colours) => collapsePicture(figure, frame, title, colours),
  };
}
