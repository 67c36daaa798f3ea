package org.longread.job.task;

import java.util.OptionalDouble;
import org.longread.kernels.SelectionQuality;

/** How well the selection stood in for dense attention over a prompt; empty without samples. */
record Quality(OptionalDouble capturedMass, OptionalDouble recall) {
  /** Of document and question together, weighed by their samples. */
  static Quality of(SelectionQuality... parts) {
    long samples = 0;
    double mass = 0;
    double recall = 0;
    for (SelectionQuality part : parts) {
      if (part.samples() > 0) {
        samples += part.samples();
        mass += part.samples() * part.capturedMass();
        recall += part.samples() * part.recall();
      }
    }
    return samples == 0
        ? new Quality(OptionalDouble.empty(), OptionalDouble.empty())
        : new Quality(OptionalDouble.of(mass / samples), OptionalDouble.of(recall / samples));
  }
}
