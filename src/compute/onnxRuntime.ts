import { MissingPackageError } from '../errors/index.js'

/** The optional package as it is imported. */
export type OnnxRuntime = typeof import('onnxruntime-node')

// A variable, so that bundlers for browsers do not look for a package that only runs in Node.
const PACKAGE: string = 'onnxruntime-node'

/**
 * Imports `onnxruntime-node` on first use; later calls are free.
 *
 * @throws MissingPackageError when it is not installed or its native part does not load; `cause` says which.
 */
export async function onnxRuntime(
  importPackage: () => Promise<OnnxRuntime> = () => import(/* @vite-ignore */ PACKAGE),
): Promise<OnnxRuntime> {
  try {
    return await importPackage()
  } catch (cause) {
    throw new MissingPackageError({
      packageName: 'onnxruntime-node',
      neededFor: 'running ONNX models',
      cause,
    })
  }
}
