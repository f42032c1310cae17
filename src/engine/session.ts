/** One ONNX Runtime session over a model whose inner tensors were made outputs. */
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decode } from '../formats/dtype';
import type { Graph } from '../onnx/graph';
import { inputRole, samplesInput, type InputRole } from '../onnx/model-inputs';
import { spliced, type Tap } from '../onnx/splice';
import type { ModelFile } from '../onnx/read-model';
import { Fault } from '../protocol/faults';
import type { ProviderName } from '../protocol/engine';
import { sessionThreads } from './threads';

export type TensorValues =
  Float32Array | Float64Array | Uint16Array | Int8Array | Uint8Array | Int16Array | Int32Array | BigInt64Array;

/** Element types that a model may take, and what holds them. */
const INPUT_TYPES = ['float32', 'float64', 'float16', 'int8', 'uint8', 'int16', 'int32', 'int64', 'bool'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

export interface ModelInput {
  name: string;
  type: InputType;
  role: InputRole;
  /** null where dynamic; axis 0 is the batch. */
  shape: (number | null)[];
  /** What the file calls the batch axis, where it is open. */
  batch?: string;
}

/** What one input gets for one batch. */
export interface Feed {
  input: ModelInput;
  values: TensorValues;
  dims: readonly number[];
}

export interface OutputTensor {
  dims: readonly number[];
  values: Float32Array | Float64Array;
}

export class ModelSession {
  /** The input that carries the samples. */
  readonly samples: ModelInput;

  private constructor(
    private readonly session: InferenceSession,
    private readonly file: string,
    readonly inputs: readonly ModelInput[],
  ) {
    const found = inputs.find(({ role }) => role === 'samples');
    if (!found) throw new Fault('E_INPUTS', `${file} has no input; it cannot be measured.`);
    this.samples = found;
  }

  /**
   * @param taps inner tensors to make readable
   * @throws Fault E_MODEL where ONNX Runtime refuses the model, E_INPUTS for inputs that cannot be fed
   */
  static async open(model: ModelFile, taps: Iterable<Tap>, provider: ProviderName): Promise<ModelSession> {
    const { graph } = model.model;
    const name = path.basename(model.path);
    const bytes = spliced(
      model.bytes,
      taps,
      graph.outputs.map((output) => output.name),
    );
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(bytes, {
        executionProviders: [provider],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: sessionThreads(),
        logSeverityLevel: 3,
        extra: {
          session: {
            model_external_initializers_file_folder_path: path.dirname(model.path),
            intra_op: { allow_spinning: '0' },
          },
        },
      });
    } catch (error) {
      throw modelFault(name, 'cannot be loaded by ONNX Runtime', error);
    }
    try {
      return new ModelSession(session, name, inputsOf(session, graph, name));
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Runs one batch. Blocks this process while it computes. */
  async run(feeds: readonly Feed[], fetches: readonly string[]): Promise<Map<string, OutputTensor>> {
    let results: InferenceSession.OnnxValueMapType;
    try {
      const tensors = Object.fromEntries(
        feeds.map(({ input, values, dims }) => [input.name, new Tensor(input.type, values as never, dims)]),
      );
      results = await this.session.run(tensors, [...fetches]);
    } catch (error) {
      const shapes = feeds.map(({ dims }) => dims.join('×')).join(', ');
      throw modelFault(this.file, `failed on a batch of shape ${shapes}`, error);
    }
    const outputs = new Map<string, OutputTensor>();
    for (const name of fetches) {
      const tensor = results[name];
      if (tensor) outputs.set(name, { dims: tensor.dims, values: numbers(tensor, name, this.file) });
    }
    return outputs;
  }

  /** Shapes of the outputs as ONNX Runtime infers them, by name; names of axes where they are open. */
  get outputShapes(): Map<string, readonly (number | string)[]> {
    return new Map(
      this.session.outputMetadata.flatMap((output) => (output.isTensor ? [[output.name, output.shape] as const] : [])),
    );
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/** What exporters and their users call the batch axis. */
const BATCH = /^(batch(_?size)?|b|n|bs|samples?)$/i;

function inputsOf(session: InferenceSession, graph: Graph, file: string): ModelInput[] {
  const samples = samplesInput(graph)?.name;
  return session.inputMetadata.map((input): ModelInput => {
    const { name } = input;
    if (!input.isTensor) {
      throw new Fault('E_INPUTS', `${file} takes an input that is not a tensor (${name}); it cannot be measured.`);
    }
    const behind = input.shape.findIndex((axis) => typeof axis === 'string' && BATCH.test(axis));
    if (name === samples && behind > 0 && typeof input.shape[0] === 'number') {
      throw new Fault(
        'E_INPUTS',
        `${file} takes its batch on axis ${behind} of ${name} (${input.shape.join('×')}), not on the first; export it with the batch first (batch_first=True).`,
      );
    }
    const type = INPUT_TYPES.find((known) => known === input.type);
    if (!type) {
      throw new Fault(
        'E_INPUTS',
        `${file} takes ${input.type} as ${name}, which cannot be fed; export it with an input of float32, or of int64 for token numbers.`,
      );
    }
    return {
      name,
      type,
      role: name === samples ? 'samples' : inputRole(graph, name),
      shape: input.shape.map((axis) => (typeof axis === 'number' && axis > 0 ? axis : null)),
      ...(typeof input.shape[0] === 'string' && input.shape[0] !== '' ? { batch: input.shape[0] } : {}),
    };
  });
}

/** Any tensor's values as floating-point numbers. */
function numbers(tensor: Tensor, name: string, file: string): Float32Array | Float64Array {
  const { data } = tensor;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  if (tensor.type === 'float16' && ArrayBuffer.isView(data)) {
    const out = new Float32Array(data.byteLength / 2);
    decode('float16', data.buffer as ArrayBuffer, data.byteOffset, out.length, out);
    return out;
  }
  if (ArrayBuffer.isView(data)) return Float64Array.from(data as Iterable<number>);
  throw new Fault(
    'E_LAYER_TYPE',
    `${file}: tensor ${name} holds ${tensor.type}, which cannot be measured; choose another layer.`,
  );
}

/** ONNX Runtime's own words, shortened to a sentence; the whole text goes to the log. */
function modelFault(file: string, what: string, error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  const core = text
    .replace(/\s+/g, ' ')
    .replace(/\/?onnxruntime_src\/\S+\s*/g, '')
    .trim();
  const short = core.length > 220 ? `${core.slice(0, 220)}…` : core;
  return new Fault('E_MODEL', `${file} ${what}: ${short}`, text);
}
