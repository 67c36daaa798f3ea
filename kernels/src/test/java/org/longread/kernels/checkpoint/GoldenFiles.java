package org.longread.kernels.checkpoint;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** Where the reference data of the tests lies. */
public final class GoldenFiles {
  private GoldenFiles() {}

  /** Names of the reference models. */
  public static List<String> models() {
    return List.of(
        "m1-bf16-sparse",
        "m2-bf16-dense-equivalent",
        "m3-fp8-sparse",
        "m4-bf16-indexer-interleaved",
        "m5-fp8-float-scales");
  }

  /** The folder of a reference model. */
  public static Path model(String name) {
    return resource("/golden/models/" + name + "/config.json").getParent();
  }

  /** A file of reference results of kernels. */
  public static Path kernels(String name) {
    return resource("/golden/kernels/" + name);
  }

  /** The folder of the bundled demo model. */
  public static Path demoModel() {
    Path module = resource("/golden/README.md");
    while (!module.endsWith("kernels")) {
      module = module.getParent();
    }
    return module.resolveSibling("deploy").resolve("demo").resolve("model");
  }

  private static Path resource(String name) {
    try {
      return Path.of(GoldenFiles.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
