/** One ONNX Runtime session over a model whose inner tensors were made outputs. */
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { withOutputs } from '../onnx/splice';
import type { ModelFile } from '../onnx/read-model';
import { Fault } from '../protocol/faults';
import type { ProviderName } from '../protocol/engine';
import { sessionThreads } from './threads';

export type TensorValues = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

export interface ModelInput {
  name: string;
  type: 'float32' | 'float64' | 'int32' | 'int64' | 'uint8';
  /** null where dynamic; axis 0 is the batch. */
  shape: (number | null)[];
}

export interface OutputTensor {
  dims: readonly number[];
  values: Float32Array | Float64Array;
}

export class ModelSession {
  private constructor(
    private readonly session: InferenceSession,
    private readonly file: string,
    readonly input: ModelInput,
  ) {}

  /**
   * @param tensors inner tensors to make readable
   * @throws Fault E_MODEL where ONNX Runtime refuses the model, E_INPUTS for inputs that cannot be fed yet
   */
  static async open(model: ModelFile, tensors: Iterable<string>, provider: ProviderName): Promise<ModelSession> {
    const { graph } = model.model;
    const name = path.basename(model.path);
    const bytes = withOutputs(
      model.bytes,
      tensors,
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
    return new ModelSession(session, name, singleInput(session, name));
  }

  /**
   * Runs one batch. Blocks this process while it computes.
   * @param dims the batch's shape as the model wants it
   */
  async run(
    values: TensorValues,
    dims: readonly number[],
    fetches: readonly string[],
  ): Promise<Map<string, OutputTensor>> {
    let results: InferenceSession.OnnxValueMapType;
    try {
      results = await this.session.run({ [this.input.name]: new Tensor(this.input.type, values as never, dims) }, [
        ...fetches,
      ]);
    } catch (error) {
      throw modelFault(this.file, `failed on a batch of shape ${dims.join('×')}`, error);
    }
    const outputs = new Map<string, OutputTensor>();
    for (const name of fetches) {
      const tensor = results[name];
      if (!tensor) continue;
      outputs.set(name, { dims: tensor.dims, values: floats(tensor, name, this.file) });
    }
    return outputs;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

function singleInput(session: InferenceSession, name: string): ModelInput {
  const [first] = session.inputMetadata;
  if (!first) throw new Fault('E_INPUTS', `${name} has no input; it cannot be measured.`);
  if (!first.isTensor)
    throw new Fault('E_INPUTS', `${name} takes an input that is not a tensor (${first.name}); it cannot be measured.`);
  const type = first.type;
  if (type !== 'float32' && type !== 'float64' && type !== 'int32' && type !== 'int64' && type !== 'uint8') {
    throw new Fault(
      'E_INPUTS',
      `${name} takes ${type} input, which cannot be fed yet; export it with a float32 input.`,
    );
  }
  return {
    name: first.name,
    type,
    shape: first.shape.map((axis) => (typeof axis === 'number' && axis > 0 ? axis : null)),
  };
}

function floats(tensor: Tensor, name: string, file: string): Float32Array | Float64Array {
  const { data } = tensor;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  if (ArrayBuffer.isView(data) && tensor.type !== 'float16') return Float64Array.from(data as Iterable<number>);
  throw new Fault(
    'E_LAYER_TYPE',
    `${file}: tensor ${name} holds ${tensor.type}, which cannot be measured yet; choose another layer.`,
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
