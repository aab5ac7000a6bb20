/** The whole text of src/adapters/miner/kernel.generated.ts. */
export function kernelSource(): Promise<string>;
