package org.longread.kernels.ops.tornado;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.longread.kernels.ops.DoesNotFitException;

/**
 * The plans open on a device, by shape: at most {@link #MOST_PLANS}, and no more than its memory
 * holds. Used under the device's queue; closed with it.
 */
final class PlanPool implements AutoCloseable {
  /** Plans kept: an indexer, an attention and a selection, for models that are read by turns. */
  static final int MOST_PLANS = 6;

  private final DeviceTarget target;
  private final Map<Object, ShapedPlan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private long made;

  PlanPool(DeviceTarget target) {
    this.target = target;
  }

  DeviceTarget target() {
    return target;
  }

  /** The plan of a shape, if it is open and not worn. */
  ShapedPlan get(Object shape) {
    ShapedPlan plan = plans.get(shape);
    if (plan != null && plan.isWorn()) {
      close(shape);
      return null;
    }
    return plan;
  }

  /**
   * Opens the plan of a shape in place of the one open.
   *
   * @throws DoesNotFitException if the device cannot hold it even alone
   */
  <P extends ShapedPlan> P open(Object shape, long bytes, Supplier<P> make) {
    close(shape);
    if (bytes > target.memoryBytes()) {
      throw new DoesNotFitException(
          "Cannot plan on %s: %s takes %d bytes of device memory (expected %d or less)."
                  .formatted(target.name(), shape, bytes, target.memoryBytes())
              + " Raise tornado.device.memory and memory-limit, lower max-document-tokens, or use"
              + " backend=cpu");
    }
    Iterator<ShapedPlan> eldest = plans.values().iterator();
    while (plans.size() >= MOST_PLANS || this.bytes() + bytes > target.memoryBytes()) {
      ShapedPlan given = eldest.next();
      eldest.remove();
      given.close();
    }
    P plan = make.get();
    made++;
    plans.put(shape, plan);
    return plan;
  }

  private void close(Object shape) {
    ShapedPlan plan = plans.remove(shape);
    if (plan != null) {
      plan.close();
    }
  }

  /** Bytes of the open plans on the device. */
  long bytes() {
    return plans.values().stream().mapToLong(ShapedPlan::bytes).sum();
  }

  /** Plans open. */
  int size() {
    return plans.size();
  }

  /** Plans ever opened. */
  long made() {
    return made;
  }

  @Override
  public void close() {
    plans.values().forEach(ShapedPlan::close);
    plans.clear();
  }
}
