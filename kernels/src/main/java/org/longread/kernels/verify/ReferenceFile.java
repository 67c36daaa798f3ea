package org.longread.kernels.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.checkpoint.TensorInfo;

/**
 * A golden kernel file with the index of its cases.
 *
 * @param tensors the file
 * @param index the object of kernels.json
 */
record ReferenceFile(SafetensorsFile tensors, JsonNode index) {
  /**
   * Hands over every case that a section of the index lists. Tensors of a case that it does not
   * list are a failed check: nothing is left out in silence.
   *
   * @param prefix what the names of the section's tensors begin with, before the case
   */
  void eachCase(
      String section, String prefix, Comparison comparison, Consumer<ReferenceCase> body) {
    TreeSet<String> listed = new TreeSet<>();
    JsonNode cases = section(section);
    for (Iterator<String> names = cases.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (cases.get(name).isObject()) {
        listed.add(name);
        ReferenceCase one = of(prefix + name + ".", cases.get(name));
        comparison.guard(prefix + name, () -> body.accept(one));
      }
    }
    TreeSet<String> unlisted = new TreeSet<>();
    for (TensorInfo tensor : tensors.tensors()) {
      int dot = tensor.name().indexOf('.', prefix.length());
      if (tensor.name().startsWith(prefix) && dot >= 0) {
        String name = tensor.name().substring(prefix.length(), dot);
        if (!listed.contains(name)) {
          unlisted.add(name);
        }
      }
    }
    for (String name : unlisted) {
      String detail = "not listed under " + section + " in " + KernelVerification.INDEX;
      comparison.add(prefix + name, false, detail);
    }
  }

  /** The file as one case, with its section of the index. */
  ReferenceCase whole(String section) {
    return of("", section(section));
  }

  /** Tensors whose names begin alike, without parameters. */
  ReferenceCase group(String prefix) {
    return of(prefix, JsonNodeFactory.instance.objectNode());
  }

  private ReferenceCase of(String prefix, JsonNode parameters) {
    return new ReferenceCase(tensors, prefix, parameters);
  }

  private JsonNode section(String name) {
    if (!index.path(name).isObject()) {
      throw new CheckpointException(
          "Cannot read " + KernelVerification.INDEX + ": no object " + name);
    }
    return index.get(name);
  }
}
