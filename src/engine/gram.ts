/** XᵀX in float64 by ONNX Runtime, which is the fastest matrix product at hand. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { gramModel } from '../onnx/small-models';
import { sessionThreads } from './threads';

export class Gram {
  private constructor(private readonly session: InferenceSession) {}

  static async open(): Promise<Gram> {
    return new Gram(
      await InferenceSession.create(gramModel(), {
        executionProviders: ['cpu'],
        intraOpNumThreads: sessionThreads(),
        logSeverityLevel: 3,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      }),
    );
  }

  /**
   * @param rows count×d, row-major
   * @returns d×d
   */
  async of(rows: Float64Array, count: number, d: number): Promise<Float64Array> {
    const { y } = await this.session.run({ x: new Tensor('float64', rows.subarray(0, count * d), [count, d]) });
    return y?.data as Float64Array;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
