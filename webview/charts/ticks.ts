/** Ticks that carry names of classes. */

/** Each name where there is room, else every second, every fifth, … */
export function everyNth(count: number, room: number, each: number): number {
  const least = Math.ceil((count * each) / Math.max(1, room));
  return [1, 2, 5, 10, 20, 50, 100].find((step) => step >= least) ?? 200;
}

export function shortName(name: string, most = 12): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
