/** The place on the x axis that the pointer is at, shared by all charts with that axis. */

type Follower = (x: number | undefined) => void;

export class Crosshair {
  private readonly followers = new Set<Follower>();
  private shown: number | undefined;

  get at(): number | undefined {
    return this.shown;
  }

  move(x: number | undefined): void {
    if (x === this.shown) return;
    this.shown = x;
    for (const follower of this.followers) follower(x);
  }

  /** @returns how to follow no longer */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }
}
