/** How images become the model's input, before scale, mean and std. */

export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

export interface ImageTransform {
  /** 1: grey, 3: red, green, blue. */
  channels: 1 | 3;
  /** Shorter side, or height and width; absent: the image's own size, where it is the size wanted. */
  resize?: number | readonly [number, number];
  /** Centre crop after resizing: height and width. */
  crop?: readonly [number, number];
  /** Default bilinear, as in torchvision. */
  interpolation?: Interpolation;
  /** Height and width of the outcome; an image that has another size then is resized to it. */
  size: readonly [number, number];
}
