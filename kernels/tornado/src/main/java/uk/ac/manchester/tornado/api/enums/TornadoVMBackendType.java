package uk.ac.manchester.tornado.api.enums;

/** Kinds of backends. */
public enum TornadoVMBackendType {
  OPENCL,
  METAL,
  PTX,
  CUDA,
  SPIRV,
  JAVA,
  VIRTUAL
}
