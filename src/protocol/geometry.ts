/**
 * The geometry of one checkpoint's penultimate layer, as the panel's pictures of it need it: bounded whatever K, d and
 * N are (under about 200 kB of JSON). Numbers are rounded to 6 significant digits, coordinates of samples to 4.
 */

/** Why a part of the geometry is not there, in words. */
export interface Lacking {
  notApplicable: string;
}

/** One number for each place: that of its class, or the mean over a place's classes, with their range. */
export interface PlaceValues {
  values: number[];
  /** Smallest and largest of each place; only where a place is several classes. */
  ranges?: [number, number][];
}

/** One set of vectors, one for each class: the centred class means μ_c − μ_G, or the rows of the classifier. */
export interface VectorGeometry {
  /** Euclidean norms, in the units of features (means) or of weights (rows). */
  norms: PlaceValues;
  /**
   * Cosines between places, the upper triangle row by row with the diagonal: (0,0), (0,1), … (1,1), (1,2), … Between
   * places of several classes the mean over all pairs of different classes, one of each; null on the diagonal where a
   * place is a single class, and where a class's vector is zero.
   */
  cosines: (number | null)[];
  /** The pairs of classes with the largest cosines, falling: [class, class, cosine]; where places are several classes. */
  closest?: [number, number, number][];
}

/** How far each class keeps from the others. */
export interface Separation {
  /**
   * `oneVsRest`: distance of each direction (unit length) from the convex hull of all others (jiang2023), where classes
   * are more than dimensions; `nearest`: distance of each class mean to the nearest other one, in units of features.
   */
  kind: 'oneVsRest' | 'nearest';
  means: PlaceValues | Lacking;
  /** Of the classifier; only one-versus-rest. */
  rows?: PlaceValues | Lacking;
}

/** Eigenvalues, falling; only those above rounding. */
export interface Eigenvalues {
  values: number[];
  /** Rank of each value, 1 for the largest; absent where all are there. */
  ranks?: number[];
  /** How many are above rounding. */
  count: number;
  /** How many there are with those that are zero. */
  total: number;
}

export interface Spectrum {
  /** Of Σ_B = (1/K') Σ_c (μ_c−μ_G)(μ_c−μ_G)ᵀ. */
  between: Eigenvalues | Lacking;
  /** Of Σ_W = (1/N) Σ_i (h_i−μ_{y_i})(h_i−μ_{y_i})ᵀ. */
  within: Eigenvalues | Lacking;
}

/**
 * Points in an orthonormal basis of the span of the drawn classes' means, which holds the plane through any three of
 * them; so a panel can draw the plane of any three without a single d-dimensional vector. The origin is μ_G.
 */
export interface Picture {
  /** The classes that are drawn: all up to 20, else 20 evenly spread over the order of size. */
  classes: number[];
  /** Number of coordinates of each point, at most one less than there are classes. */
  dimension: number;
  /** Root mean squared norm of all centred class means: the picture's unit of length. */
  unit: number;
  /** Class means, classes×dimension, row-major. */
  means: number[];
  /** Classifier rows projected on the basis, classes×dimension, scaled by √K'·unit/‖W‖_F. */
  rows?: number[];
  /** The same samples at every checkpoint: a few of each class, evenly spread over the data. */
  samples: { classes: number[]; coordinates: number[] };
  /** Multi-label runs: means of the samples with exactly these two labels, and a few of the samples. */
  pairs?: {
    labels: [number, number][];
    means: number[];
    samples: { pairs: number[]; coordinates: number[] };
  };
}

/** Directions of all classes (at most 200) on the unit sphere, for K > d. */
export interface Sphere {
  classes: number[];
  /** 2 or 3. */
  dimension: number;
  /** Share of the squared length of the class directions that the drawn dimensions hold; 1 for d ≤ 3. */
  share: number;
  /** Class means of unit features scaled to unit length, classes×dimension, projected. */
  means: number[];
  /** Rows of the classifier scaled to unit length, projected. */
  rows?: number[];
}

export interface Geometry {
  /**
   * The places of matrices and bars: classes that have samples, by number, or largest first where `majority` is given.
   * Up to 100 classes each has a place of its own; beyond, 64 places of neighbouring classes.
   */
  places: number[][];
  /** In imbalanced runs, how many of the first places hold the majority. */
  majority?: number;
  /** Number of classes that have samples, K'. */
  present: number;
  means: VectorGeometry | Lacking;
  rows: VectorGeometry | Lacking;
  separation: Separation;
  spectrum: Spectrum;
  picture: Picture | Lacking;
  /** Only where K > d. */
  sphere?: Sphere;
}

export function lacking<T extends object>(part: T | Lacking): part is Lacking {
  return 'notApplicable' in part;
}

/** Where (a, b) with a ≤ b stands in the upper triangle with diagonal of n places. */
export function triangleIndex(a: number, b: number, n: number): number {
  return a * n - (a * (a - 1)) / 2 + (b - a);
}
