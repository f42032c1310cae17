/** Reads the keys of a manifest that may be half written, and notes problems at the place they concern. */
import { nodeAt, propertiesOf, valueOf, type JsonNode, type JsonPath } from './manifest-json';

export interface ManifestProblem {
  /** Position in the text, in UTF-16 units. */
  offset: number;
  length: number;
  message: string;
  /** `error` where inspecting fails, `warning` where it does something else than is written. */
  severity: 'error' | 'warning';
}

export class ManifestNotes {
  readonly problems: ManifestProblem[] = [];

  constructor(private readonly tree: JsonNode) {}

  has(...path: JsonPath): boolean {
    return nodeAt(this.tree, path) !== undefined;
  }

  /** Undefined where it is absent, empty, or of another kind, which the schema reports. */
  text(...path: JsonPath): string | undefined {
    const value = this.value(...path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  texts(...path: JsonPath): string[] | undefined {
    const value = this.value(...path);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  }

  numbers(...path: JsonPath): number[] | undefined {
    const value = this.value(...path);
    return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined;
  }

  /** A length, or height and width. */
  size(...path: JsonPath): number | [number, number] | undefined {
    const value = this.value(...path);
    if (typeof value === 'number') return value;
    const [height, width] = this.numbers(...path) ?? [];
    return height === undefined || width === undefined ? undefined : [height, width];
  }

  /** Keys of an object; none for anything else. */
  keys(...path: JsonPath): string[] {
    const node = nodeAt(this.tree, path);
    return node ? propertiesOf(node).map(({ key }) => key.value as string) : [];
  }

  error(message: string, ...path: JsonPath): void {
    this.note('error', message, nodeAt(this.tree, path));
  }

  warning(message: string, ...path: JsonPath): void {
    this.note('warning', message, nodeAt(this.tree, path));
  }

  /** At the key, where it stands for everything below it. */
  warningAtKey(message: string, ...path: JsonPath): void {
    this.note('warning', message, nodeAt(this.tree, path)?.parent?.children?.[0]);
  }

  private note(severity: ManifestProblem['severity'], message: string, node: JsonNode | undefined): void {
    if (node) this.problems.push({ offset: node.offset, length: node.length, message, severity });
  }

  private value(...path: JsonPath): unknown {
    const node = nodeAt(this.tree, path);
    return node && valueOf(node);
  }
}
