// This file types the little of libfvad's WebAssembly build that the report uses; the package comes without types.
declare module '@echogarden/fvad-wasm' {
  interface Fvad {
    readonly HEAP16: Int16Array;
    _malloc(byteLength: number): number;
    _fvad_new(): number;
    _fvad_set_sample_rate(state: number, sampleRate: number): number;
    _fvad_set_mode(state: number, mode: number): number;
    /** 1 for speech, 0 for none, -1 for a wrong length. */
    _fvad_process(state: number, samples: number, sampleCount: number): number;
    _fvad_free(state: number): void;
  }
  const load: () => Promise<Fvad>;
  export default load;
}
