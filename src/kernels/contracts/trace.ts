/**
 * Eligibility traces, and the other numbers of their optimizers. The gradient of a dense layer's weights, the outer product gradient ⊗
 * input, is never stored; that of its bias is the gradient itself. `trace`, `second` and `direction` hold a number for each of the
 * weights and, `biasAt` further on, for each of the bias. The other form of each kernel takes a stored gradient g of shape `[size]`.
 *
 * `scalars` names doubles, in the order of `TraceScalar`. Each kernel overwrites its result doubles; the caller adds up those of a
 * network's layers. The weights then move along the trace, or along the direction, by `addScaled`. In WebAssembly a mean square below
 * the least normal float becomes 0, and a sum is infinite where 1,024 of its terms are more than a float holds.
 */
export interface TraceKernels {
  /** z ← γλ z + g, and the double at `norm` becomes Σ |z|: the trace of ObGD (Elsayed et al. 2024). */
  denseTrace(
    trace: number,
    biasAt: number,
    input: number,
    inputs: number,
    gradient: number,
    outputs: number,
    scalars: number,
    norm: number,
  ): void

  /** `denseTrace` of a stored gradient. */
  trace(trace: number, gradient: number, size: number, scalars: number, norm: number): void

  /**
   * The trace of adaptive ObGD: z ← γλ z + g; v ← β2 v + (1 - β2) (δ z)² at `second`; z / √(v̂ + ε) at `direction`, where v̂ is v with
   * its bias corrected; and the double at `norm` becomes Σ |z| / √(v̂ + ε).
   */
  denseAdaptiveTrace(
    trace: number,
    second: number,
    direction: number,
    biasAt: number,
    input: number,
    inputs: number,
    gradient: number,
    outputs: number,
    scalars: number,
    norm: number,
  ): void

  /** `denseAdaptiveTrace` of a stored gradient. */
  adaptiveTrace(
    trace: number,
    second: number,
    direction: number,
    gradient: number,
    size: number,
    scalars: number,
    norm: number,
  ): void

  /**
   * The trace of intentional updates (Sharifnassab et al. 2026): v ← β2 v + (1 - β2) g² at `second`; D = √v̂ + ε, where v̂ is v with its
   * bias corrected; z ← γλ z + g; z / D at `direction`. The doubles at `sums`, shape `[2]`, become Σ g² / D and Σ z² / D.
   */
  denseIntentionalTrace(
    trace: number,
    second: number,
    direction: number,
    biasAt: number,
    input: number,
    inputs: number,
    gradient: number,
    outputs: number,
    scalars: number,
    sums: number,
  ): void

  /** `denseIntentionalTrace` of a stored gradient. */
  intentionalTrace(
    trace: number,
    second: number,
    direction: number,
    gradient: number,
    size: number,
    scalars: number,
    sums: number,
  ): void
}
