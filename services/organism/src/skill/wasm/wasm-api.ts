/** What we need of WebAssembly, which the types of Node do not have. */
export type WasmApi = {
  readonly Module: {
    new (bytes: Uint8Array): WasmModule;
    imports(module: WasmModule): readonly Named[];
    exports(module: WasmModule): readonly Named[];
  };
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
};

/** A module that was compiled. */
export type WasmModule = { readonly compiled: never };
/** Memory a module works on; its buffer is another one after it has grown. */
export type WasmMemory = { readonly buffer: ArrayBuffer };
type Named = { readonly module?: string; readonly name: string; readonly kind: string };

/** WebAssembly as this process has it. */
export const wasm = Reflect.get(globalThis, 'WebAssembly') as WasmApi;
