package org.longread.job.write;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.FailedRunException;

/** The driver's side of COMMIT.md: what is in an output folder, and how it changes state. */
public final class RunFolder {
  private final OutputFolder output;
  private final FileSystem fs;
  private final Lives lives;

  /** Of an output folder; reads and writes nothing yet. */
  public RunFolder(OutputFolder output, Configuration hadoop) throws IOException {
    this.output = output;
    this.fs = output.path().getFileSystem(hadoop);
    this.lives = new Lives(fs, output.lives());
  }

  /**
   * The manifest of a complete run, and of one that is sealed.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<Manifest> manifest() throws IOException {
    Optional<Manifest> sealed = Json.read(fs, output.sealed(), Manifest.class);
    if (sealed.isPresent()) {
      return sealed;
    }
    return Json.read(fs, output.manifest(), Manifest.class);
  }

  /** The newest life that did not complete the run. */
  public Optional<Life> newest() throws IOException {
    Optional<String> completed = manifest().map(Manifest::runId);
    return lives.newest().filter(life -> !completed.equals(Optional.of(life.id())));
  }

  /** The number of the next life. */
  public int nextNumber() throws IOException {
    return lives.last() + 1;
  }

  /** Started: records the life, and removes what earlier ones left where readers look (C3). */
  public void start(Life life) throws IOException {
    lives.add(life);
    fs.delete(output.sealed(), false); // of a driver that lost; or one could be taken for complete
    Set<String> kept = new HashSet<>();
    life.retried().ifPresent(manifest -> addNames(manifest, kept));
    removeOthers(kept);
    removeStaging();
  }

  /** Of this life and of earlier ones, whichever committer they had. */
  private void removeStaging() throws IOException {
    fs.delete(output.staging(), true);
    for (FileStatus folder : list(output.path())) {
      if (OutputFolder.isMagic(folder.getPath())) {
        fs.delete(folder.getPath(), true);
      }
    }
  }

  /**
   * Whether to go on to publish (C7).
   *
   * @throws FailedRunException if another life has begun
   */
  void requireNewest(Life life) throws IOException {
    if (lives.last() != life.number()) {
      throw new FailedRunException(
          "Cannot finish the run: another one was started on output %s meanwhile. Let only one write there"
              .formatted(output.uri()),
          null);
    }
  }

  /** Opened: from here to the end of {@link #complete}, there is no manifest. */
  void removeManifest() throws IOException {
    fs.delete(output.manifest(), false);
    if (fs.exists(output.manifest())) {
      throw new IOException("Cannot delete " + output.manifest());
    }
  }

  /**
   * Sealed: this manifest will be the run's.
   *
   * @throws IOException if a file is not there as it says
   */
  void seal(Manifest manifest) throws IOException {
    for (Manifest.OutputFile file : manifest.files()) {
      long length = fs.getFileStatus(new Path(output.path(), file.path())).getLen();
      if (length != file.bytes()) {
        throw new IOException(
            "Cannot publish %s: it has %d bytes (expected %d)"
                .formatted(file.path(), length, file.bytes()));
      }
    }
    Json.replace(fs, output.sealed(), manifest);
  }

  /** Complete: removes all but what the sealed manifest lists, and shows it. */
  public void complete() throws IOException {
    Optional<Manifest> sealed = Json.read(fs, output.sealed(), Manifest.class);
    if (sealed.isPresent()) {
      Set<String> kept = new HashSet<>();
      addNames(sealed.get(), kept);
      removeOthers(kept);
      removeManifest();
      if (!fs.rename(output.sealed(), output.manifest())) {
        throw new IOException("Cannot rename " + output.sealed() + " to " + output.manifest());
      }
    }
    removeHidden();
  }

  private void removeHidden() {
    try {
      removeStaging();
      fs.delete(output.hidden(), true);
    } catch (IOException e) {
      System.err.println("longread: The run is complete, but cannot remove " + output.hidden());
    }
  }

  private static void addNames(Manifest manifest, Set<String> names) {
    names.addAll(manifest.results());
    names.addAll(manifest.statistics());
  }

  private void removeOthers(Set<String> kept) throws IOException {
    for (Path folder : new Path[] {output.results(), output.statistics()}) {
      for (FileStatus file : list(folder)) {
        Path path = file.getPath();
        if (!kept.contains(folder.getName() + "/" + path.getName())) {
          fs.delete(path, true);
          if (fs.exists(path)) {
            throw new IOException("Cannot delete " + path);
          }
        }
      }
    }
  }

  private FileStatus[] list(Path folder) throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
