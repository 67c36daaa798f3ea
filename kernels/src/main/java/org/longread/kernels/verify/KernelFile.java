package org.longread.kernels.verify;

import org.longread.kernels.ops.KernelOps;

/** How the cases of one golden kernel file are computed and compared. */
interface KernelFile {
  /** The file's name, without its ending. */
  String name();

  /** Compares every case; what cannot be read is a failed check of its case. */
  void verify(ReferenceFile file, KernelOps ops, Comparison comparison);
}
